package import API
import Domain
import Postgres
import Store

extension GroupService {
  package func batchAddMembers(
    _ request: Roster_V1_BatchAddMembersRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_BatchAddMembersResponse {
    let group: GroupID = try readID(request.groupID, field: "group_id")
    let users: [UserID] = try readBatch(request.userIds, field: "user_ids")
    let expiry = try MembershipExpiry(request.hasExpireTime ? request.expireTime : nil)
    // An expiry can take the last administrator away.
    let plan = MutationPlan(organization: expiry.instant == nil ? .shared : .locked)

    return try await ground.mutate(
      request, for: caller, plan,
      reading: { MembersQuestions(&$0, users, in: group, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let edit = try questions.addAll(until: expiry, isBatch: true, &mutation)

        var response = Roster_V1_BatchAddMembersResponse()
        response.results = edit.results
        response.changed = edit.isChanging
        response.warnings = edit.warnings
        return response
      })
  }
}
