package import API
import Domain
import Postgres
import Store

extension RoleService {
  package func requestRole(
    _ request: Roster_V1_RequestRoleRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_RequestRoleResponse {
    let wish = try RoleRequest.Wish(request, caller)

    return try await ground.mutate(
      request, for: caller, MutationPlan(organization: .locked),
      reading: { WishQuestions(&$0, wish, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let user = try questions.user.user(mutation)
        let key = try questions.user.key(mutation)
        guard try mutation.row(questions.role) != nil else { throw .missing(.role(wish.role)) }
        try mutation.requireAskable(wish)
        let pending = try mutation.row(questions.pending)
        if let pending, pending.state(at: mutation.now) == .expired {
          mutation.expire(pending, of: user, key: key)
        }
        let standing = pending.flatMap { $0.state(at: mutation.now) == .pending ? $0 : nil }
        let made: RoleRequest
        if let standing {
          made = standing
        } else {
          made = try RoleRequest(made: mutation.makeID(), wish, mutation)
          mutation.changes.add(InsertRoleRequest(made))
          mutation.record(.roleRequested, user, made.eventDetails, key: key)
        }

        var response = Roster_V1_RequestRoleResponse()
        response.roleRequest = Roster_V1_RoleRequest(made, at: mutation.now)
        response.changed = standing == nil
        return response
      })
  }
}

private struct WishQuestions {
  let user: UserQuestions
  let role: Pending<FindRole>
  let pending: Pending<FindPendingRoleRequest>

  init(_ batch: inout Batch, _ wish: RoleRequest.Wish, _ caller: Caller) {
    let organization = caller.organization
    user = UserQuestions(&batch, wish.user, caller)
    role = batch.add(FindRole(organization: organization, role: wish.role))
    pending = batch.add(
      FindPendingRoleRequest(organization: organization, user: wish.user, role: wish.role))
  }
}

extension RoleRequest.Wish {
  fileprivate init(
    _ request: Roster_V1_RequestRoleRequest, _ caller: Caller
  ) throws(ServiceFailure) {
    let user: UserID
    if request.userID.isEmpty, let acting = caller.actingUser {
      user = acting
    } else {
      user = try readID(request.userID, field: "user_id")
    }
    self.init(
      role: try readID(request.roleID, field: "role_id"), user: user,
      wantedFor: request.durationSeconds == 0 ? nil : .seconds(request.durationSeconds),
      justification: try readReason(request.justification, field: "justification"))
  }
}

extension Mutation {
  /// Checks that an approval could give the role.
  fileprivate func requireAskable(_ wish: RoleRequest.Wish) throws(ServiceFailure) {
    switch try requireOrganization().settings.roleMode {
    case .groups: throw .role(.byGroupsOnly)
    // It would replace the user's role, and leave none when it ends.
    case .single where wish.wantedFor != nil: throw .role(.single)
    case .single, .both: return
    }
  }

  /// Records that a request has expired, which keeps the next one from being made.
  fileprivate mutating func expire(_ request: RoleRequest, of user: User, key: SubjectKey?) {
    var expired = request
    guard expired.expire(at: now) else { return }
    changes.add(UpdateRoleRequest(expired))
    record(.roleRequestExpired, user, expired.eventDetails, key: key)
  }
}

extension RoleRequest {
  fileprivate init(
    made id: RoleRequestID, _ wish: Wish, _ mutation: borrowing Mutation
  ) throws(ServiceFailure) {
    do throws(Refusal) {
      try self.init(
        id: id, organization: mutation.caller.organization, wish, at: mutation.now)
    } catch {
      throw ServiceFailure(error)
    }
  }
}
