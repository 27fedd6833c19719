package import API
import Domain
import Store

extension RoleService {
  package func listRoleRequests(
    _ request: Roster_V1_ListRoleRequestsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListRoleRequestsResponse {
    let page = try Page(
      size: request.pageSize, token: request.pageToken,
      arguments: ["show_ended:\(request.showEnded)"], for: caller, ground)
    let after: RoleRequestID? = page.after()
    let (organization, reach) = (caller.organization, caller.reach)
    let found =
      request.showEnded
      ? try await caller.listOwn(
        Store.ListRoleRequests(
          organization: organization, within: reach, after: after, limit: page.limit))
      : try await caller.listOwn(
        ListPendingRoleRequests(
          organization: organization, within: reach, after: after, limit: page.limit))

    let now = ground.now()
    var response = Roster_V1_ListRoleRequestsResponse()
    response.roleRequests = found.prefix(page.size).map { Roster_V1_RoleRequest($0, at: now) }
    response.nextPageToken = page.nextToken(found.map(\.id))
    return response
  }
}
