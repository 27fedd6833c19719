package import API
import Domain
import Store

extension OrganizationService {
  package func listOrganizations(
    _ request: Roster_V1_ListOrganizationsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListOrganizationsResponse {
    let page = try Page(
      size: request.pageSize, token: request.pageToken, for: caller, ground)
    let after: OrganizationID? = page.after()
    let found: [Organization]
    switch caller.token.organizations {
    case .all:
      found = try await caller.list(ListOrganizations(after: after, limit: page.limit))
    case .some(let ids):
      found = try await caller.list(
        ListOrganizationsOfToken(ids.sorted(), after: after, limit: page.limit))
    }

    var response = Roster_V1_ListOrganizationsResponse()
    response.organizations = found.prefix(page.size).map { Roster_V1_Organization($0) }
    response.nextPageToken = page.nextToken(found.map(\.id))
    return response
  }
}
