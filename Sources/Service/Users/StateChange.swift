import API
import Domain
import Postgres
import Store

/// The state that UpdateUser asks for beside fields: what DeactivateUser and ReactivateUser do, by
/// the same rights, in the same transaction.
struct StateChange {
  let target: UserState
  private let reason: Reason
  private let suspended: Pending<FindSuspendedGroups>?

  /// Nil: none is asked for.
  init?(
    _ request: Roster_V1_UpdateUserRequest, _ caller: Caller
  ) throws(ServiceFailure) {
    reason = try readReason(request.stateReason, field: "state_reason")
    suspended = nil
    switch request.state {
    case .unspecified: return nil
    case .active: target = .active
    case .inactive: target = .inactive
    case .invited, .deleted, .UNRECOGNIZED:
      throw .fault(
        .invalid(field: "state", because: "must be USER_STATE_ACTIVE or USER_STATE_INACTIVE"))
    }
    let method =
      target == .inactive ? UserServiceMethods.deactivateUser : UserServiceMethods.reactivateUser
    guard caller.token.permits(method.fullName) else {
      throw .refused(.methodNotAllowed(method.fullName))
    }
  }

  private init(_ other: StateChange, _ suspended: Pending<FindSuspendedGroups>) {
    target = other.target
    reason = other.reason
    self.suspended = suspended
  }

  /// Adds to flush 1 what a reactivation needs.
  func asked(of id: UserID, _ batch: inout Batch, _ caller: Caller) -> StateChange {
    StateChange(
      self, batch.add(FindSuspendedGroups(organization: caller.organization, user: id)))
  }

  /// Changes the user, whose other changes are written before.
  /// - Returns: whether anything changed.
  func apply(
    to user: inout User, _ questions: UserQuestions, _ mutation: inout Mutation
  ) throws(ServiceFailure) -> Bool {
    try questions.requireManaging(by: PermissionName(stored: "users.deactivate"), mutation)
    let instant = mutation.now
    let changed = try user.refusing { (user) throws(User.Refusal) in
      target == .inactive
        ? try user.deactivate(at: instant, reason: reason, until: nil)
        : try user.reactivate(at: instant)
    }
    guard changed else { return false }
    let key = try questions.key(mutation)
    if target == .inactive {
      try mutation.endAccess(of: [user], by: .deactivation)
    } else {
      mutation.changes.add(UpdateUserState(user))
      let groups = try suspended.map { (pending) throws(ServiceFailure) in
        try mutation.groups(of: try mutation.rows(pending), [])
      }
      mutation.returnMemberships(of: user, in: groups ?? [])
    }
    mutation.record(
      target == .inactive ? .userDeactivated : .userReactivated, user,
      .object(["reason": .string(reason.text)]), key: key)
    return true
  }
}
