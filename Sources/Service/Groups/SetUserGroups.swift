package import API
import Domain
import Postgres
import Store

extension GroupService {
  package func setUserGroups(
    _ request: Roster_V1_SetUserGroupsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_SetUserGroupsResponse {
    let user: UserID = try readID(request.userID, field: "user_id")
    let limit = DataLimits.groupsPerUserMax
    guard request.groupIds.count <= limit else {
      throw .fault(.over(.listItems(limit), field: "group_ids"))
    }
    let wanted: [GroupID] = try readDistinct(request.groupIds, field: "group_ids")
    let feed = FeedUser(organization: caller.organization, user: user)
    var plan = MutationPlan(organization: .locked)
    plan.repeating = { $0.add(feed) }

    return try await ground.mutate(
      request, for: caller, plan,
      reading: { UserGroupsQuestions(&$0, user, wanted, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let user = try questions.user.user(mutation)
        let edit = try questions.edit(user, mutation)
        edit.write(&mutation)
        mutation.changes.add(feed)
        if edit.isChanging {
          mutation.record(
            .userGroupsSet, user, .object(["groups": .number(Double(edit.changeCount))]),
            key: try questions.user.key(mutation))
        }
        mutation.requireAdministrator()

        var response = Roster_V1_SetUserGroupsResponse()
        response.results = edit.results
        response.changed = edit.isChanging
        response.warnings = edit.warnings
        return response
      })
  }
}

/// What setting all groups of a user asks: the user, then the groups it is in and shall be in, held
/// in the order of their ids.
private struct UserGroupsQuestions {
  let user: UserQuestions
  private let wanted: [GroupID]
  private let named: Pending<FindGroups>
  private let present: Pending<FindGroupsOfUser>
  private let memberships: Pending<FindMembershipsOfUser>
  private let rights: Pending<FindGroupRights>?

  init(
    _ batch: inout Batch, _ id: UserID, _ wanted: [GroupID], _ caller: Caller
  ) {
    self.wanted = wanted
    let organization = caller.organization
    user = UserQuestions(&batch, id, caller)
    batch.add(HoldGroupsOfUser(organization: organization, user: id, others: wanted))
    named = batch.add(FindGroups(organization: organization, groups: wanted))
    present = batch.add(FindGroupsOfUser(organization: organization, user: id))
    memberships = batch.add(FindMembershipsOfUser(organization: organization, user: id))
    rights =
      caller.actingUser == nil
      ? nil : batch.add(FindGroupRights(organization: organization, groups: wanted))
  }

  func edit(
    _ user: User, _ mutation: borrowing Mutation
  ) throws(ServiceFailure) -> MembershipEdit {
    let named = Dictionary(
      try mutation.rows(named).map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    for id in wanted {
      try mutation.caller.requireReach(id)
      guard named[id] != nil else { throw .missing(.group(id)) }
    }
    let rights = try rights(mutation)
    let groups = named.merging(
      try mutation.rows(present).map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    let rows = Dictionary(grouping: try mutation.rows(memberships), by: \.group)
    let key = try self.user.key(mutation)

    var edit = try MembershipEdit(mutation)
    for group in groups.values.sorted(by: { $0.id < $1.id }) {
      let member = MembershipEdit.Member(
        user: user.id, membership: Membership(rows[group.id] ?? [], at: mutation.now),
        isDeactivated: user.state == .inactive, key: key)
      if named[group.id] == nil {
        // Groups out of reach stay as they are, untold.
        if member.membership.isMember, mutation.caller.reach.covers(group.id) {
          edit.leave(member, group)
        }
      } else if member.membership.isMember {
        edit.keep(member, in: group)
      } else {
        if let found = rights[group.id] {
          try mutation.requireCovering(found.rights, rank: found.rank)
        }
        try edit.add(member, to: group, until: nil)
      }
    }
    guard edit.results.count(where: { !$0.sources.isEmpty }) <= DataLimits.groupsPerUserMax else {
      throw .group(.tooManyGroups(of: user.id))
    }
    try edit.checkSizes(groups.values)
    return edit
  }

  private func rights(
    _ mutation: borrowing Mutation
  ) throws(ServiceFailure) -> [GroupID: FindGroupRights.Row] {
    guard let rights else { return [:] }
    return Dictionary(
      try mutation.rows(rights).map { ($0.group, $0) }, uniquingKeysWith: { a, _ in a })
  }
}
