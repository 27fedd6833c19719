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
          permissions: batch.add(ListPermissions()),
          roles: batch.add(Store.ListRoles(organization: caller.organization)),
          companies: batch.add(FindCompanyFacts(organization: caller.organization))
        )
      },
      deciding: { found, mutation throws(ServiceFailure) in
        let before = try mutation.requireOrganization()
        try Etag(request.etag).require(before.version)
        var organization = before
        let changed = try organization.updated(settings, paths: mask.paths, at: mutation.now)

        try organization.settings.requireMet(
          by: try mutation.row(found.companies), unlessAs: before.settings)

        if changed {
          mutation.changes.add(Store.UpdateOrganizationSettings(organization))
          let isOther = organization.settings.roleTemplate != before.settings.roleTemplate
          let added =
            isOther
            ? try mutation.addRoles(
              of: organization.settings.roleTemplate, to: organization.id, found.permissions,
              beside: try mutation.rows(found.roles)) : []
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

extension OrganizationSettings {
  /// Refuses another `company_mode` than the organization's users and companies allow.
  fileprivate func requireMet(
    by facts: FindCompanyFacts.Row?, unlessAs before: OrganizationSettings
  ) throws(ServiceFailure) {
    guard companyMode != before.companyMode, let facts else { return }
    let field = "settings.company_mode"
    if companyMode == .none, facts.hasCompanies {
      throw .life(.settingsNotMet(field: field, because: "needs every company to be deleted first"))
    }
    if companyMode == .required, facts.hasUsersWithout {
      throw .life(
        .settingsNotMet(field: field, because: "needs every user to be in a company first"))
    }
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
