package import API
import Domain
import Postgres
import Store

extension UserService {
  package func reactivateUser(
    _ request: Roster_V1_ReactivateUserRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ReactivateUserResponse {
    let id: UserID = try readID(request.userID, field: "user_id")
    let reason = try readReason(request.reason, field: "reason")
    let chosen = try readGroups(request.groupIds)
    let organization = caller.organization

    return try await ground.mutate(
      request, for: caller,
      reading: { batch in
        let questions = UserQuestions(&batch, id, caller)
        return (
          questions, batch.add(FindSuspendedGroups(organization: organization, user: id))
        )
      },
      deciding: { found, mutation throws(ServiceFailure) in
        var user = try found.0.user(mutation)
        try Etag(request.etag).require(user.version)
        let restored = try mutation.groups(of: try mutation.rows(found.1), chosen)
        let changed = try user.refusing { (user) throws(User.Refusal) in
          try user.reactivate(at: mutation.now)
        }

        var response = Roster_V1_ReactivateUserResponse()
        if changed {
          let key = try found.0.key(mutation)
          mutation.changes.add(UpdateUserState(user))
          mutation.returnMemberships(of: user, in: restored)
          response.restoredGroupIds = restored.map(\.text)
          mutation.record(
            .userReactivated, user,
            .object([
              "reason": .string(reason.text),
              "groups": .array(restored.map { .string($0.text) }),
            ]), key: key)
          if request.notify { mutation.notify(.userReactivated, user, key: key) }
        }
        response.user = Roster_V1_User(user)
        response.changed = changed
        return response
      })
  }

  private func readGroups(_ texts: [String]) throws(ServiceFailure) -> [GroupID] {
    guard texts.count <= DataLimits.batchMax else {
      throw .fault(.over(.batchItems(DataLimits.batchMax), field: "group_ids"))
    }
    var ids: [GroupID] = []
    for (index, text) in texts.enumerated() {
      ids.append(try readID(text, field: "group_ids[\(index)]"))
    }
    return ids
  }
}

extension Mutation {
  /// The groups that the user returns to, by the organization's `restore_groups`.
  func groups(
    of suspended: [FindSuspendedGroups.Row], _ chosen: [GroupID]
  ) throws(ServiceFailure) -> [GroupID] {
    let mode = try requireOrganization().settings.deactivation.restoreGroups
    guard chosen.isEmpty || mode == .choose else {
      throw .fault(
        .invalid(field: "group_ids", because: "needs deactivation.restore_groups to be choose"))
    }
    let known = Set(suspended.map(\.group))
    if let index = chosen.firstIndex(where: { !known.contains($0) }) {
      throw .fault(
        .invalid(field: "group_ids[\(index)]", because: "is no group the user was suspended in"))
    }
    return suspended.filter { row in
      row.isOfDirectory || mode == .automatic || chosen.contains(row.group)
    }.map(\.group)
  }

  /// Ends the suspension of memberships, and the memberships that don't return.
  mutating func returnMemberships(of user: User, in groups: [GroupID]) {
    let (organization, id) = (user.organization, user.id)
    changes.add(RestoreMemberships(organization: organization, user: id, groups: groups))
    changes.add(DeleteSuspendedMemberships(organization: organization, user: id))
  }
}
