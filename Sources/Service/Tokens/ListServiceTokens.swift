package import API
import Domain
import Store

extension TokenService {
  package func listServiceTokens(
    _ request: Roster_V1_ListServiceTokensRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListServiceTokensResponse {
    let page = try Page(
      size: request.pageSize, token: request.pageToken,
      arguments: ["show_ended:\(request.showEnded)"], for: caller, ground)
    let after: ServiceTokenID? = page.after()
    let found =
      request.showEnded
      ? try await caller.list(ListServiceTokens(after: after, limit: page.limit))
      : try await caller.list(ListLiveServiceTokens(after: after, limit: page.limit))

    var response = Roster_V1_ListServiceTokensResponse()
    response.serviceTokens = found.prefix(page.size).map { Roster_V1_ServiceToken($0) }
    response.nextPageToken = page.nextToken(found.map(\.id))
    return response
  }
}
