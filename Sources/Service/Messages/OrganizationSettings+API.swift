import API
import Domain

extension Roster_V1_OrganizationSettings {
  /// Every setting with its value in force, defaults included.
  init(_ settings: OrganizationSettings) {
    self.init()
    timeZone = settings.timeZone.text
    locale = settings.locale.text.isEmpty ? "en" : settings.locale.text
    roleTemplate = SettingChoices.roleTemplates.proto(settings.roleTemplate)
    roleMode = SettingChoices.roleModes.proto(settings.roleMode)
    userCreation = settings.userCreation.map(SettingChoices.userCreations.proto)
    requiredFields = settings.requiredFields.map(\.rawValue)
    keepInitialPassword = settings.keepInitialPassword
    companyMode = SettingChoices.companyModes.proto(settings.companyMode)
    emailChangeUnconfirmed = settings.emailChangeUnconfirmed
    deactivation.keepApiKeys = settings.deactivation.keepAPIKeys
    deactivation.keepGroups = settings.deactivation.keepGroups
    deactivation.restoreGroups = SettingChoices.restoreGroups.proto(
      settings.deactivation.restoreGroups)
    deletion.modes = settings.deletion.modes.map(SettingChoices.deletionModes.proto)
    deletion.requiresInactive = settings.deletion.requiresInactive
    deletion.minInactiveDays = Int32(clamping: settings.deletion.minInactiveDays)
    deletion.refuseBeforeMinInactiveDays = settings.deletion.refuseBeforeMinInactiveDays
    deletion.confirmation = SettingChoices.confirmations.proto(settings.deletion.confirmation)
    deletion.retentionDays = Int32(clamping: settings.deletion.retentionDays)
    failures.alertAfter = Int32(clamping: settings.failures.alertAfter)
    failures.lockAfter = Int32(clamping: settings.failures.lockAfter)
    groupSyncMode = SettingChoices.groupSyncModes.proto(settings.groupSyncMode)
    importRowsMax = Int32(clamping: settings.importRowsMax)
    backendEventsOff = settings.backendEventsOff
  }
}

extension OrganizationSettings {
  /// Unset values become their defaults.
  init(_ proto: Roster_V1_OrganizationSettings) throws(ServiceFailure) {
    self.init()
    if !proto.timeZone.isEmpty { timeZone = try readTimeZone(proto.timeZone) }
    locale = try readLocale(proto.locale, field: "settings.locale")
    roleTemplate = try SettingChoices.roleTemplates.domain(proto.roleTemplate, roleTemplate)
    roleMode = try SettingChoices.roleModes.domain(proto.roleMode, roleMode)
    userCreation = try SettingChoices.userCreations.domain(proto.userCreation)
    requiredFields = try readRequiredFields(proto.requiredFields)
    keepInitialPassword = proto.keepInitialPassword
    companyMode = try SettingChoices.companyModes.domain(proto.companyMode, companyMode)
    emailChangeUnconfirmed = proto.emailChangeUnconfirmed
    deactivation.keepAPIKeys = proto.deactivation.keepApiKeys
    deactivation.keepGroups = proto.deactivation.keepGroups
    deactivation.restoreGroups = try SettingChoices.restoreGroups.domain(
      proto.deactivation.restoreGroups, deactivation.restoreGroups)
    try take(proto.deletion)
    if proto.failures.alertAfter != 0 { failures.alertAfter = Int(proto.failures.alertAfter) }
    if proto.failures.lockAfter != 0 { failures.lockAfter = Int(proto.failures.lockAfter) }
    groupSyncMode = try SettingChoices.groupSyncModes.domain(proto.groupSyncMode, groupSyncMode)
    if proto.importRowsMax != 0 { importRowsMax = Int(proto.importRowsMax) }
    backendEventsOff = proto.backendEventsOff
  }

  private mutating func take(
    _ proto: Roster_V1_DeletionSettings
  ) throws(ServiceFailure) {
    deletion.modes = try SettingChoices.deletionModes.domain(proto.modes)
    deletion.requiresInactive = proto.requiresInactive
    deletion.minInactiveDays = Int(proto.minInactiveDays)
    deletion.refuseBeforeMinInactiveDays = proto.refuseBeforeMinInactiveDays
    deletion.confirmation = try SettingChoices.confirmations.domain(
      proto.confirmation, deletion.confirmation)
    if proto.retentionDays != 0 { deletion.retentionDays = Int(proto.retentionDays) }
  }
}

private func readTimeZone(_ text: String) throws(ServiceFailure) -> TimeZoneName {
  do throws(TimeZoneName.Refusal) {
    return try TimeZoneName(text)
  } catch {
    throw .fault(
      .invalid(field: "settings.time_zone", because: "must be UTC or an IANA Area/Place"))
  }
}

private func readRequiredFields(
  _ paths: [String]
) throws(ServiceFailure) -> [OrganizationSettings.RequiredField] {
  var fields: [OrganizationSettings.RequiredField] = []
  for path in paths {
    guard let field = OrganizationSettings.RequiredField(rawValue: path) else {
      let known = OrganizationSettings.RequiredField.allCases.map(\.rawValue)
      throw .fault(
        .invalid(
          field: "settings.required_fields",
          because: "must be some of \(known.joined(separator: ", "))"))
    }
    fields.append(field)
  }
  return fields
}
