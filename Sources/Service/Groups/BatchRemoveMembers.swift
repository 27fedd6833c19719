package import API
import Domain
import Postgres
import Store

extension GroupService {
  package func batchRemoveMembers(
    _ request: Roster_V1_BatchRemoveMembersRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_BatchRemoveMembersResponse {
    let group: GroupID = try readID(request.groupID, field: "group_id")
    let users: [UserID] = try readBatch(request.userIds, field: "user_ids")
    let feed = FeedUsers(organization: caller.organization, users: users)
    var plan = MutationPlan(organization: .locked)
    plan.repeating = { $0.add(feed) }

    return try await ground.mutate(
      request, for: caller, plan,
      reading: { MembersQuestions(&$0, users, in: group, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let edit = try questions.removeAll(isBatch: true, &mutation)

        var response = Roster_V1_BatchRemoveMembersResponse()
        response.results = edit.results
        response.changed = edit.isChanging
        response.warnings = edit.warnings
        return response
      })
  }
}
