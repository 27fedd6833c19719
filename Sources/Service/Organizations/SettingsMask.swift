import API
import Domain
import SwiftProtobuf

/// Which settings an update writes (AIP-134). A mask without paths is an omitted one.
struct SettingsMask {
  let paths: [String]

  /// - Throws: FIELD_MASK_INVALID for a path that is no setting.
  init(_ request: Roster_V1_UpdateOrganizationSettingsRequest) throws(ServiceFailure) {
    let asked = request.updateMask.paths
    guard !asked.isEmpty else {
      paths = Self.populated(request.settings)
      return
    }
    if asked == ["*"] {
      paths = OrganizationSettings.paths
      return
    }
    if let unknown = asked.first(where: { !Self.known.contains($0) }) {
      throw .fault(.maskPathUnknown(unknown))
    }
    // Each once: a request has room for a third of a million of them.
    let wanted = Set(asked)
    paths = OrganizationSettings.paths.filter(wanted.contains)
  }

  /// What the mask leaves of `settings`: the rest is not read, so nothing can be wrong with it.
  func masked(_ settings: Roster_V1_OrganizationSettings) -> Roster_V1_OrganizationSettings {
    guard !paths.isEmpty else { return Roster_V1_OrganizationSettings() }
    var masked = settings
    masked.trim(keeping: .with { $0.paths = paths })
    return masked
  }

  private static let known = Set(OrganizationSettings.paths)

  private static func populated(_ settings: Roster_V1_OrganizationSettings) -> [String] {
    let (deactivation, deletion) = (settings.deactivation, settings.deletion)
    let fields: [(path: String, isSet: Bool)] = [
      ("time_zone", !settings.timeZone.isEmpty),
      ("locale", !settings.locale.isEmpty),
      ("role_template", settings.roleTemplate != .unspecified),
      ("role_mode", settings.roleMode != .unspecified),
      ("user_creation", !settings.userCreation.isEmpty),
      ("required_fields", !settings.requiredFields.isEmpty),
      ("keep_initial_password", settings.keepInitialPassword),
      ("company_mode", settings.companyMode != .unspecified),
      ("email_change_unconfirmed", settings.emailChangeUnconfirmed),
      ("deactivation.keep_api_keys", deactivation.keepApiKeys),
      ("deactivation.keep_groups", deactivation.keepGroups),
      ("deactivation.restore_groups", deactivation.restoreGroups != .unspecified),
      ("deletion.modes", !deletion.modes.isEmpty),
      ("deletion.requires_inactive", deletion.requiresInactive),
      ("deletion.min_inactive_days", deletion.minInactiveDays != 0),
      ("deletion.refuse_before_min_inactive_days", deletion.refuseBeforeMinInactiveDays),
      ("deletion.confirmation", deletion.confirmation != .unspecified),
      ("deletion.retention_days", deletion.retentionDays != 0),
      ("failures.alert_after", settings.failures.alertAfter != 0),
      ("failures.lock_after", settings.failures.lockAfter != 0),
      ("group_sync_mode", settings.groupSyncMode != .unspecified),
      ("import_rows_max", settings.importRowsMax != 0),
      ("backend_events_off", settings.backendEventsOff),
    ]
    return fields.filter(\.isSet).map(\.path)
  }
}
