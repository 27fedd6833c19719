package import API
import Domain
import Postgres
import Store

extension GroupService {
  package func removeMember(
    _ request: Roster_V1_RemoveMemberRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_RemoveMemberResponse {
    let group: GroupID = try readID(request.groupID, field: "group_id")
    let user: UserID = try readID(request.userID, field: "user_id")
    let feed = FeedUser(organization: caller.organization, user: user)
    var plan = MutationPlan(organization: .locked)
    plan.repeating = { $0.add(feed) }

    return try await ground.mutate(
      request, for: caller, plan,
      reading: { MembersQuestions(&$0, [user], in: group, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let edit = try questions.removeAll(isBatch: false, &mutation)

        var response = Roster_V1_RemoveMemberResponse()
        response.result = edit.results[0]
        response.changed = edit.isChanging
        response.warnings = edit.warnings
        return response
      })
  }
}
