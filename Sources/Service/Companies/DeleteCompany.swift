package import API
import Domain
import Postgres
import Store

extension CompanyService {
  package func deleteCompany(
    _ request: Roster_V1_DeleteCompanyRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_DeleteCompanyResponse {
    let id: CompanyID = try readID(request.companyID, field: "company_id")
    let organization = caller.organization

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { $0.add(FindCompanyForUpdate(organization: organization, company: id)) },
        deciding: { row, mutation throws(ServiceFailure) in
          guard let company = try mutation.row(row) else { throw .missing(.company(id)) }
          try Etag(request.etag).require(company.version)
          mutation.changes.add(ReleaseDeletedUsers(organization: organization, company: id))
          mutation.changes.add(Store.DeleteCompany(organization: organization, company: id))
          mutation.record(
            .companyDeleted, EventTarget(.company, id.uuid),
            .object(["name": .string(company.name.text)]), in: organization)

          var response = Roster_V1_DeleteCompanyResponse()
          response.company = Roster_V1_Company(company)
          response.changed = true
          return response
        })
    } catch {
      throw error.isCompanyReference ? .life(.companyNotEmpty) : error
    }
  }
}
