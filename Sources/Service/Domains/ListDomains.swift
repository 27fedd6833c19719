package import API
import Domain
import Store

extension OrganizationService {
  package func listDomains(
    _ request: Roster_V1_ListDomainsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListDomainsResponse {
    let found = try await caller.list(
      Store.ListDomains(organization: caller.organization), as: caller.scope)
    var response = Roster_V1_ListDomainsResponse()
    response.domains = found.map { Roster_V1_OrganizationDomain($0) }
    return response
  }
}
