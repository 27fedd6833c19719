import API
import Domain
import EventLoop
import Postgres
import RPC
import Store

extension Gate {
  /// Writes the event of a refusal in a transaction of its own, when one is due. A database that
  /// can't take it changes nothing about the refusal.
  func noteRefusal(_ failure: ServiceFailure, _ caller: Caller) async {
    let status = failure.status
    guard failure.isRefusal(of: caller.token), let reason = status.reason else { return }
    let key = RefusalLog.Key(
      organization: failure.organization ?? caller.organization, principal: caller.principal,
      method: caller.method.fullName, reason: reason)
    guard let count = caller.loop.refusals.note(key, at: .now()) else { return }
    do throws(DatabaseError) {
      try await write(key, count: count, caller)
    } catch {
      caller.loop.refusals.giveBack(key, count: count, at: .now())
      ground.report(.database(error), caller.call)
    }
  }

  private func write(
    _ key: RefusalLog.Key, count: Int, _ caller: Caller
  ) async throws(DatabaseError) {
    let organization = key.organization.uuid
    let transaction = try await caller.database.begin(
      as: .organization(high: organization.high, low: organization.low), kind: .write,
      deadline: caller.deadline)
    _ = try await transaction.flush(Batch())
    let now = Timestamp(microseconds: transaction.time)
    var event = Event(
      id: ground.makeID(at: now), organization: key.organization, at: now, actor: key.principal,
      action: .callRefused, target: EventTarget(.method, organization))
    event.outcome = .refused
    event.reason = key.reason
    event.traceID = caller.traceID
    var details = caller.credential.backend
    details["count"] = .number(Double(count))
    details["method"] = .string(key.method)
    // Of the last of them; whoever it was is no actor, for anybody can be claimed.
    if caller.actingUser == nil, let user = caller.claimedUser {
      details["claimed_user"] = .string(user.text)
    }
    event.targetDetails = ground.sealDetails(.object(details), of: event)
    var batch = Batch()
    batch.add(InsertEvent(event))
    _ = try await transaction.commit(batch)
  }
}

extension ServiceFailure {
  /// Where it happened, when that was found out after the caller's own organization.
  fileprivate var organization: OrganizationID? {
    if case .refused(.actingUserInvalid(let organization)) = self { organization } else { nil }
  }

  /// Whether the API said no to somebody it knows: what an auditor wants to see.
  fileprivate func isRefusal(of token: ServiceToken) -> Bool {
    switch self {
    case .missing(.organization(let id)): !token.organizations.contains(id)
    case .refused(let refusal):
      switch refusal {
      case .tokenMissing, .tokenInvalid, .certificateUnknown, .organizationRequired: false
      case .methodNotAllowed, .installationScopeRequired, .actForUsersNotAllowed,
        .actingUserInvalid, .sessionInvalid, .tokenRightsExceeded, .permissionMissing, .outOfReach,
        .rankTooLow, .rightsExceeded, .rightsExpireSooner, .ownRequest:
        true
      }
    case .organizationSuspended, .userCreationNotAllowed: true
    default: false
    }
  }
}
