package import API
import Domain
import Postgres
import Store

extension UserService {
  package func deactivateInactiveUsers(
    _ request: Roster_V1_DeactivateInactiveUsersRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_DeactivateInactiveUsersResponse {
    let field = "inactive_since"
    guard
      let since = try readTime(request.hasInactiveSince ? request.inactiveSince : nil, field: field)
    else { throw .fault(.required(field: field)) }
    let reason = try readReason(request.reason, field: "reason")
    let mode = try OrganizationSettings.DeletionMode(
      asked: request.deletionMode, field: "deletion_mode")
    let found = try await caller.read(FindOrganization(organization: caller.organization))
    guard let rules = found.first?.settings.deletion else {
      throw .missing(.organization(caller.organization))
    }
    let due = try due(request, caller, since: since, mode, rules)
    // Whom a person wants to change must be known before their transaction asks about them.
    let candidates =
      caller.actingUser == nil
      ? [] : try await caller.read(FindInactiveUsers(due)).map(\.user.id)

    return try await ground.mutate(
      request, for: caller, MutationPlan(kind: .bulk, organization: .locked),
      reading: { batch in
        batch.add(HoldInactiveUsers(due))
        let rows = batch.add(FindInactiveUsers(due))
        return (rows, SubjectQuestions(&batch, candidates, caller))
      },
      deciding: { found, mutation throws(ServiceFailure) in
        guard since < mutation.now else {
          throw .fault(.timeInvalid(field: field, because: "is not in the past"))
        }
        let rows = try mutation.rows(found.0)
        try found.1.requireManaging(rows.map(\.user.id), mutation)
        var response = Roster_V1_DeactivateInactiveUsersResponse()
        response.userIds = rows.map(\.user.id.text)
        response.changed = !rows.isEmpty
        let users = rows.map(\.user)
        if let mode {
          try mutation.requireDeletable(
            users, mode, typedCount: request.validateOnly ? users.count : Int(request.confirmCount))
          try mutation.delete(users, mode)
        } else {
          try mutation.deactivate(users, reason)
        }
        let details = JSONValue.object([
          "reason": .string(reason.text), "mode": .string(mode?.rawValue ?? ""),
          "inactive_since": .number(Double(since.seconds)),
        ])
        for row in rows {
          let key = try mutation.key(of: row, erased: mode == .hard)
          mutation.record(
            mode == nil ? .userDeactivated : .userDeleted, row.user, details, key: key)
        }
        if !rows.isEmpty {
          mutation.record(
            .usersFoundInactive, EventTarget(.organization, caller.organization.uuid),
            .object(["count": .number(Double(rows.count))]), in: caller.organization)
        }
        return response
      })
  }

  private func due(
    _ request: Roster_V1_DeactivateInactiveUsersRequest, _ caller: Caller, since: Timestamp,
    _ mode: OrganizationSettings.DeletionMode?, _ rules: OrganizationSettings.Deletion
  ) throws(ServiceFailure) -> InactiveUsers {
    guard 0...DataLimits.batchMax ~= Int(request.limit) else {
      throw .fault(
        .invalid(field: "limit", because: "must be from 0 to \(DataLimits.batchMax)"))
    }
    let needsInactive = rules.requiresInactive || rules.refuseBeforeMinInactiveDays
    return InactiveUsers(
      organization: caller.organization, since: since,
      states: mode == nil ? [.active] : needsInactive ? [.inactive] : [.active, .inactive],
      inactiveDays: mode != nil && rules.refuseBeforeMinInactiveDays ? rules.minInactiveDays : 0,
      limit: request.limit == 0 ? DataLimits.batchMax : Int(request.limit))
  }
}

extension Mutation {
  fileprivate func requireDeletable(
    _ users: [User], _ mode: OrganizationSettings.DeletionMode, typedCount: Int
  ) throws(ServiceFailure) {
    let rules = try requireOrganization().settings.deletion
    guard rules.allows(mode) else { throw .life(.deletionModeNotAllowed(mode)) }
    for user in users { _ = try rules.checked(mode, of: user, at: now) }
    try rules.requireConfirmation(typedCount, ofCount: users.count)
  }

  fileprivate mutating func deactivate(
    _ users: [User], _ reason: Reason
  ) throws(ServiceFailure) {
    var inactive: [User] = []
    for var user in users {
      _ = try user.refusing { (user) throws(User.Refusal) in
        try user.deactivate(at: now, reason: reason, until: nil)
      }
      inactive.append(user)
    }
    try endAccess(of: inactive, by: .deactivation)
  }

  fileprivate func key(
    of row: FindInactiveUsers.Row, erased: Bool
  ) throws(ServiceFailure) -> SubjectKey? {
    guard !erased, let sealed = row.sealedKey else { return nil }
    return try SubjectKey(
      opening: sealed, of: row.user.id, in: row.user.organization, ground.ring)
  }
}
