package import API
import Domain
import Store

extension OrganizationService {
  package func getOrganization(
    _ request: Roster_V1_GetOrganizationRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GetOrganizationResponse {
    let id = caller.organization
    let found = try await caller.read(FindOrganization(organization: id))
    guard let organization = found.first else { throw .missing(.organization(id)) }

    var response = Roster_V1_GetOrganizationResponse()
    response.organization = Roster_V1_Organization(organization)
    return response
  }
}
