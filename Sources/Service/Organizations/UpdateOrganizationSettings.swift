package import API
import Domain
import Postgres
import Store

extension OrganizationService {
  package func updateOrganizationSettings(
    _ request: Roster_V1_UpdateOrganizationSettingsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_UpdateOrganizationSettingsResponse {
    let mask = try SettingsMask(request)
    let settings = try OrganizationSettings(mask.masked(request.settings))

    return try await ground.mutate(
      request, for: caller, MutationPlan(organization: .locked),
      reading: { batch in
        (
          batch.add(ListPermissions()),
          batch.add(Store.ListRoles(organization: caller.organization))
        )
      },
      deciding: { found, mutation throws(ServiceFailure) in
        let before = try mutation.requireOrganization()
        try Etag(request.etag).require(before.version)
        var organization = before
        let changed = try organization.updated(settings, paths: mask.paths, at: mutation.now)

        if changed {
          mutation.changes.add(Store.UpdateOrganizationSettings(organization))
          let isOther = organization.settings.roleTemplate != before.settings.roleTemplate
          let added =
            isOther
            ? try mutation.addRoles(
              of: organization.settings.roleTemplate, to: organization.id, found.0,
              beside: try mutation.rows(found.1)) : []
          mutation.record(
            .organizationSettingsUpdated, EventTarget(.organization, organization.id.uuid),
            .object([
              "before": .string(before.settings.json),
              "after": .string(organization.settings.json),
              "roles": .array(added.map { .string($0.text) }),
            ]),
            in: organization.id)
        }

        var response = Roster_V1_UpdateOrganizationSettingsResponse()
        response.organization = Roster_V1_Organization(organization)
        response.changed = changed
        return response
      })
  }
}

extension Organization {
  fileprivate mutating func updated(
    _ settings: OrganizationSettings, paths: [String], at instant: Timestamp
  ) throws(ServiceFailure) -> Bool {
    do throws(Refusal) {
      return try update(settings, paths: paths, at: instant)
    } catch {
      switch error {
      case .suspended: throw .organizationSuspended
      case .settings(let refusal): throw ServiceFailure(refusal)
      case .unknownPath(let path): throw .fault(.maskPathUnknown(path))
      }
    }
  }
}
