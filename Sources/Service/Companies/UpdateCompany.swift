package import API
import Domain
import Postgres
import Store

extension CompanyService {
  package func updateCompany(
    _ request: Roster_V1_UpdateCompanyRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_UpdateCompanyResponse {
    let id: CompanyID = try readID(request.companyID, field: "company_id")
    var names = try NameTexts([("name", request.name)])

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller,
        reading: { batch in
          names.ask(&batch)
          return batch.add(
            FindCompanyForUpdate(organization: caller.organization, company: id))
        },
        deciding: { row, mutation throws(ServiceFailure) in
          guard let before = try mutation.row(row) else { throw .missing(.company(id)) }
          try Etag(request.etag).require(before.version)
          let name = try names.names(mutation)[0]
          guard !name.isBlank else { throw .fault(.required(field: "name")) }
          var company = before
          let changed = company.rename(name, at: mutation.now)
          if changed {
            mutation.changes.add(Store.UpdateCompany(company))
            mutation.record(
              .companyUpdated, EventTarget(.company, id.uuid),
              .object([
                "before": .string(before.name.text), "after": .string(name.text),
              ]), in: company.organization)
          }

          var response = Roster_V1_UpdateCompanyResponse()
          response.company = Roster_V1_Company(company)
          response.changed = changed
          return response
        })
    } catch {
      throw error.taken(company: request.name)
    }
  }
}
