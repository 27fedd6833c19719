package import API
import Domain
import Postgres
import Store

extension GroupService {
  package func addMember(
    _ request: Roster_V1_AddMemberRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_AddMemberResponse {
    let group: GroupID = try readID(request.groupID, field: "group_id")
    let user: UserID = try readID(request.userID, field: "user_id")
    let expiry = try MembershipExpiry(request.hasExpireTime ? request.expireTime : nil)
    // An expiry can take the last administrator away.
    let plan = MutationPlan(organization: expiry.instant == nil ? .shared : .locked)

    return try await ground.mutate(
      request, for: caller, plan,
      reading: { MembersQuestions(&$0, [user], in: group, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let edit = try questions.addAll(until: expiry, isBatch: false, &mutation)

        var response = Roster_V1_AddMemberResponse()
        response.result = edit.results[0]
        response.changed = edit.isChanging
        response.warnings = edit.warnings
        return response
      })
  }
}
