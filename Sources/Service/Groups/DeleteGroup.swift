package import API
import Domain
import Postgres
import Store

extension GroupService {
  package func deleteGroup(
    _ request: Roster_V1_DeleteGroupRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_DeleteGroupResponse {
    let id: GroupID = try readID(request.groupID, field: "group_id")
    let feed = FeedGroup(organization: caller.organization, group: id)
    var plan = MutationPlan(organization: .locked)
    plan.kind = .bulk
    plan.repeating = { $0.add(feed) }

    return try await ground.mutate(
      request, for: caller, plan,
      reading: { DeletionQuestions(&$0, id, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let group = try questions.group.group(mutation)
        try Etag(request.etag).require(group.version)
        let mode = try mutation.requireOrganization().settings.groupSyncMode
        try group.checkDeletable(mode)
        try questions.group.requireCovering(mutation)
        let impact = try questions.impact(of: group, mutation)

        mutation.changes.add(DeleteMembersOfGroup(organization: group.organization, group: id))
        mutation.changes.add(DeleteGrantsOfGroup(organization: group.organization, group: id))
        mutation.changes.add(Store.DeleteGroup(organization: group.organization, group: id))
        mutation.record(
          .groupDeleted, EventTarget(.group, id.uuid), group.deletionDetails,
          in: group.organization)
        // A preview tells of the last administrator instead of failing.
        if !request.validateOnly { mutation.requireAdministrator() }

        var response = Roster_V1_DeleteGroupResponse()
        response.group = Roster_V1_Group(group)
        response.changed = true
        response.impact = impact
        if group.isOverwritten(in: mode) { response.warnings = [.overwrittenBySync] }
        return response
      })
  }
}

/// What a deletion asks beside the group: who loses what with it.
private struct DeletionQuestions {
  let group: GroupQuestions
  private let losses: Pending<FindGroupLosses>
  private let administrators: Pending<FindAdministratorsBeside>

  init(_ batch: inout Batch, _ id: GroupID, _ caller: Caller) {
    group = GroupQuestions(&batch, id, caller, toDelete: true)
    losses = batch.add(FindGroupLosses(organization: caller.organization, group: id))
    administrators = batch.add(
      FindAdministratorsBeside(organization: caller.organization, group: id))
  }

  func impact(
    of group: Group, _ mutation: borrowing Mutation
  ) throws(ServiceFailure) -> Roster_V1_GroupDeletionImpact {
    let found = try mutation.rows(losses)
    var impact = Roster_V1_GroupDeletionImpact()
    impact.memberCount = Int64(group.memberCount)
    impact.roles = group.roles.map { Roster_V1_GroupRole($0) }
    impact.losses = found.prefix(100).map { Roster_V1_GroupDeletionLoss($0) }
    impact.moreLosses = found.count > 100
    impact.lastAdministrator = try mutation.row(administrators) == false
    return impact
  }
}

extension Group {
  fileprivate func checkDeletable(
    _ mode: OrganizationSettings.GroupSyncMode
  ) throws(ServiceFailure) {
    do throws(Refusal) {
      try checkDeletion(mode: mode)
    } catch {
      throw ServiceFailure(error, of: id)
    }
  }
}
