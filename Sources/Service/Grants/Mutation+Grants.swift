import Domain
import Postgres
import Store

extension Mutation {
  /// Makes the grant of a role that the holder may have.
  mutating func give(
    _ wish: RoleGrant.Wish, to found: FoundHolder
  ) throws(ServiceFailure) -> RoleGrant {
    let grant = try RoleGrant(made: makeID(), wish, self)
    changes.add(InsertGrant(grant))
    record(.grantCreated, grant, of: found)
    return grant
  }

  /// Takes a grant away.
  /// - Returns: the grant after it; nil when it had ended.
  mutating func revoke(
    _ grant: RoleGrant, of found: FoundHolder, because reason: Reason? = nil
  ) -> RoleGrant? {
    var revoked = grant
    guard revoked.revoke(at: now, by: caller.principal) else { return nil }
    changes.add(Store.RevokeGrant(revoked))
    record(.grantRevoked, revoked, of: found, because: reason)
    return revoked
  }

  private mutating func record(
    _ action: EventAction, _ grant: RoleGrant, of found: FoundHolder, because reason: Reason? = nil
  ) {
    let details = grant.eventDetails(because: reason)
    if let user = found.user {
      record(action, user, details, key: found.key)
    } else {
      record(action, grant.holder.eventTarget, details, in: grant.organization)
    }
  }
}

extension RoleGrant {
  /// As an event keeps it.
  func eventDetails(because reason: Reason? = nil) -> JSONValue {
    var members: [String: JSONValue] = [
      "grant_id": .string(id.text), "role_id": .string(role.text),
      "source": .string(source.rawValue),
    ]
    if let expiresAt { members["expires_at_us"] = .number(Double(expiresAt.microseconds)) }
    if !justification.text.isEmpty { members["justification"] = .string(justification.text) }
    if let reason, !reason.text.isEmpty { members["reason"] = .string(reason.text) }
    return .object(members)
  }

  fileprivate init(
    made id: GrantID, _ wish: Wish, _ mutation: borrowing Mutation
  ) throws(ServiceFailure) {
    do throws(Refusal) {
      try self.init(
        id: id, organization: mutation.caller.organization, wish, by: mutation.caller.principal,
        at: mutation.now)
    } catch {
      throw .fault(
        .timeInvalid(field: "expire_time", because: "is not in the future, or before valid_from"))
    }
  }
}

extension RoleHolder {
  var eventTarget: EventTarget {
    switch self {
    case .user(let id): EventTarget(.user, id.uuid)
    case .group(let id): EventTarget(.group, id.uuid)
    }
  }
}

extension OwnGrants {
  /// ``giving(_:in:at:)`` of the mutation's organization.
  func standing(
    _ wish: RoleGrant.Wish, _ mutation: borrowing Mutation
  ) throws(ServiceFailure) -> RoleGrant? {
    let mode = try mutation.requireOrganization().settings.roleMode
    do throws(Refusal) {
      return try giving(wish, in: mode, at: mutation.now)
    } catch {
      throw ServiceFailure(error)
    }
  }

  /// ``replacing(by:in:at:)`` of the mutation's organization.
  func replaced(
    by wish: RoleGrant.Wish, _ mutation: borrowing Mutation
  ) throws(ServiceFailure) -> (kept: RoleGrant?, ending: [RoleGrant]) {
    let mode = try mutation.requireOrganization().settings.roleMode
    do throws(Refusal) {
      return try replacing(by: wish, in: mode, at: mutation.now)
    } catch {
      throw ServiceFailure(error)
    }
  }
}
