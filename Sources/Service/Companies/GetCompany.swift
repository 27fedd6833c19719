package import API
import Domain
import Store

extension CompanyService {
  package func getCompany(
    _ request: Roster_V1_GetCompanyRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GetCompanyResponse {
    let id: CompanyID = try readID(request.companyID, field: "company_id")
    let found = try await caller.read(
      FindCompany(organization: caller.organization, company: id))
    guard let found = found.first, caller.reaches(id) else { throw .missing(.company(id)) }

    var response = Roster_V1_GetCompanyResponse()
    response.company = Roster_V1_Company(found.company)
    response.userCount = found.userCount
    return response
  }
}
