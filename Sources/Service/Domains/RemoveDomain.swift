package import API
import Domain
import Postgres
import Store

extension OrganizationService {
  package func removeDomain(
    _ request: Roster_V1_RemoveDomainRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_RemoveDomainResponse {
    let name = try readDomain(request.domain)
    let organization = caller.organization

    return try await ground.mutate(
      request, for: caller,
      reading: { $0.add(FindDomain(organization: organization, name: name)) },
      deciding: { row, mutation throws(ServiceFailure) in
        guard let domain = try mutation.row(row) else { throw .missing(.domain(name)) }
        mutation.changes.add(DeleteDomain(organization: organization, name: name))
        mutation.record(.organizationDomainRemoved, domain)
        var response = Roster_V1_RemoveDomainResponse()
        response.changed = true
        return response
      })
  }
}
