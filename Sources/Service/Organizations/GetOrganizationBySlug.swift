package import API
import Domain
import Postgres
import Store

extension OrganizationService {
  package func getOrganizationBySlug(
    _ request: Roster_V1_GetOrganizationBySlugRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GetOrganizationBySlugResponse {
    let slug = try readSlug(request.slug)
    let found = try await caller.read(FindOrganizationBySlug(slug), as: .system)
    // One that the token is not for looks like one that is not.
    guard let organization = found.first, caller.token.organizations.contains(organization.id)
    else { throw .missing(.organizationSlug(slug.text)) }

    var response = Roster_V1_GetOrganizationBySlugResponse()
    response.organization = Roster_V1_Organization(organization)
    return response
  }
}
