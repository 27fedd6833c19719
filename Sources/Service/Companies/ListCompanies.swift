package import API
import Domain
import Store
import SwiftProtobuf

extension CompanyService {
  package func listCompanies(
    _ request: Roster_V1_ListCompaniesRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListCompaniesResponse {
    let page = try Page(
      size: request.pageSize, token: request.pageToken, for: caller, ground)
    let found = try await caller.list(
      Store.ListCompanies(
        organization: caller.organization, after: page.sortText, limit: page.limit),
      as: caller.scope)

    var response = Roster_V1_ListCompaniesResponse()
    // Whoever may see one company only may page through the others for it.
    response.companies = found.prefix(page.size).filter { caller.reaches($0.company.id) }.map {
      row in
      .with {
        $0.company = Roster_V1_Company(row.company)
        $0.userCount = row.userCount
      }
    }
    response.nextPageToken = page.nextToken(found) {
      PagePosition(.text($0.nameNorm), id: $0.company.id.uuid)
    }
    return response
  }
}
