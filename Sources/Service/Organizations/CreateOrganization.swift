package import API
import Domain
import Postgres
import Store

extension OrganizationService {
  package func createOrganization(
    _ request: Roster_V1_CreateOrganizationRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_CreateOrganizationResponse {
    let slug = try readSlug(request.slug)
    let settings = try OrganizationSettings(request.settings)
    try settings.require()
    var names = try NameTexts([("name", request.name)])

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller, MutationPlan(organization: .none),
        reading: { batch in
          names.ask(&batch)
          return batch.add(ListPermissions())
        },
        deciding: { catalogue, mutation throws(ServiceFailure) in
          let name = try names.names(mutation)[0]
          guard !name.isBlank else { throw .fault(.required(field: "name")) }
          let organization = Organization(
            id: mutation.makeID(), slug: slug, name: name, settings: settings, at: mutation.now)

          // Row-level security lets it be written only in its own context.
          mutation.enter(organization.id)
          mutation.changes.add(InsertOrganization(organization))
          let roles = try mutation.addRoles(
            of: settings.roleTemplate, to: organization.id, catalogue)
          mutation.record(
            .organizationCreated, EventTarget(.organization, organization.id.uuid),
            .object([
              "slug": .string(slug.text), "name": .string(name.text),
              "roles": .array(roles.map { .string($0.text) }),
            ]),
            in: organization.id)

          var response = Roster_V1_CreateOrganizationResponse()
          response.organization = Roster_V1_Organization(organization)
          response.changed = true
          return response
        })
    } catch {
      if case .database(.uniqueViolation("organizations_slug_key")) = error {
        throw .taken(.slug(slug.text))
      }
      throw error
    }
  }
}

extension OrganizationSettings {
  /// As `check()`, with the field's path in the request.
  func require() throws(ServiceFailure) {
    do throws(Refusal) {
      try check()
    } catch {
      throw ServiceFailure(error)
    }
  }
}

extension ServiceFailure {
  init(_ refusal: OrganizationSettings.Refusal) {
    switch refusal {
    case .outOfRange(let path, let range):
      self = .fault(
        .invalid(
          field: "settings.\(path)",
          because: "must be from \(range.lowerBound) to \(range.upperBound)"))
    case .repeated(let path):
      self = .fault(.invalid(field: "settings.\(path)", because: "names a value twice"))
    }
  }
}
