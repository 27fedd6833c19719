package import API
import Domain
import Postgres
import Store

extension CompanyService {
  package func createCompany(
    _ request: Roster_V1_CreateCompanyRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_CreateCompanyResponse {
    var names = try NameTexts([("name", request.name)])

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { names.ask(&$0) },
        deciding: { _, mutation throws(ServiceFailure) in
          let name = try names.names(mutation)[0]
          guard !name.isBlank else { throw .fault(.required(field: "name")) }
          try mutation.requireOrganization().settings.requireCompanies()
          let company = Company(
            id: mutation.makeID(), organization: caller.organization, name: name,
            at: mutation.now)
          mutation.changes.add(InsertCompany(company))
          mutation.record(
            .companyCreated, EventTarget(.company, company.id.uuid),
            .object(["name": .string(name.text)]), in: company.organization)

          var response = Roster_V1_CreateCompanyResponse()
          response.company = Roster_V1_Company(company)
          response.changed = true
          return response
        })
    } catch {
      throw error.taken(company: request.name)
    }
  }
}
