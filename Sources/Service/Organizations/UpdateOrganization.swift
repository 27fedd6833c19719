package import API
import Domain
import Postgres
import Store

extension OrganizationService {
  package func updateOrganization(
    _ request: Roster_V1_UpdateOrganizationRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_UpdateOrganizationResponse {
    var names = try NameTexts([("name", request.name)])

    return try await ground.mutate(
      request, for: caller, MutationPlan(organization: .locked),
      reading: { names.ask(&$0) },
      deciding: { _, mutation throws(ServiceFailure) in
        let before = try mutation.requireOrganization()
        try Etag(request.etag).require(before.version)
        let name = try names.names(mutation)[0]
        guard !name.isBlank else { throw .fault(.required(field: "name")) }
        var organization = before
        let changed = organization.rename(name, at: mutation.now)

        if changed {
          mutation.changes.add(Store.UpdateOrganization(organization))
          mutation.record(
            .organizationUpdated, EventTarget(.organization, organization.id.uuid),
            .object([
              "before": .string(before.name.text), "after": .string(name.text),
            ]), in: organization.id)
        }

        var response = Roster_V1_UpdateOrganizationResponse()
        response.organization = Roster_V1_Organization(organization)
        response.changed = changed
        return response
      })
  }
}
