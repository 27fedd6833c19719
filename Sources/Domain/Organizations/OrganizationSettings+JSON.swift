/// Settings as they are stored: an object of what differs from the defaults, so that a setting to
/// come needs no migration.
extension OrganizationSettings {
  package var json: String {
    let defaults = OrganizationSettings()
    var writer = SettingsWriter()
    writer.text("time_zone", timeZone.text, unless: defaults.timeZone.text)
    writer.text("locale", locale.text, unless: defaults.locale.text)
    writer.choice("role_template", roleTemplate, unless: defaults.roleTemplate)
    writer.choice("role_mode", roleMode, unless: defaults.roleMode)
    writer.choices("user_creation", userCreation)
    writer.choices("required_fields", requiredFields)
    writer.flag("keep_initial_password", keepInitialPassword)
    writer.choice("company_mode", companyMode, unless: defaults.companyMode)
    writer.flag("email_change_unconfirmed", emailChangeUnconfirmed)
    writer.flag("keep_api_keys", deactivation.keepAPIKeys)
    writer.flag("keep_groups", deactivation.keepGroups)
    writer.choice(
      "restore_groups", deactivation.restoreGroups, unless: defaults.deactivation.restoreGroups)
    writer.choices("deletion_modes", deletion.modes)
    writer.flag("deletion_requires_inactive", deletion.requiresInactive)
    writer.number("min_inactive_days", deletion.minInactiveDays, unless: 0)
    writer.flag("refuse_before_min_inactive_days", deletion.refuseBeforeMinInactiveDays)
    writer.choice(
      "deletion_confirmation", deletion.confirmation, unless: defaults.deletion.confirmation)
    writer.number(
      "retention_days", deletion.retentionDays, unless: defaults.deletion.retentionDays)
    writer.number("alert_after", failures.alertAfter, unless: defaults.failures.alertAfter)
    writer.number("lock_after", failures.lockAfter, unless: defaults.failures.lockAfter)
    writer.choice("group_sync_mode", groupSyncMode, unless: defaults.groupSyncMode)
    writer.number("import_rows_max", importRowsMax, unless: defaults.importRowsMax)
    writer.flag("backend_events_off", backendEventsOff)
    return JSONValue.object(writer.members).text
  }

  /// Reads stored settings; nil for text that is no object. What it doesn't know, or whose value
  /// has no meaning, keeps its default: a newer program may have written it.
  package init?(storedJSON text: String) {
    self.init()
    guard text != "{}" else { return }
    guard case .object(let members)? = JSONValue(text) else { return nil }
    let reader = SettingsReader(members: members)
    reader.text("time_zone") { timeZone = TimeZoneName(stored: $0) }
    reader.text("locale") { locale = LanguageTag(stored: $0) }
    reader.choice("role_template", &roleTemplate)
    reader.choice("role_mode", &roleMode)
    reader.choices("user_creation", &userCreation)
    reader.choices("required_fields", &requiredFields)
    reader.flag("keep_initial_password", &keepInitialPassword)
    reader.choice("company_mode", &companyMode)
    reader.flag("email_change_unconfirmed", &emailChangeUnconfirmed)
    reader.flag("keep_api_keys", &deactivation.keepAPIKeys)
    reader.flag("keep_groups", &deactivation.keepGroups)
    reader.choice("restore_groups", &deactivation.restoreGroups)
    reader.choices("deletion_modes", &deletion.modes)
    reader.flag("deletion_requires_inactive", &deletion.requiresInactive)
    reader.number("min_inactive_days", &deletion.minInactiveDays)
    reader.flag("refuse_before_min_inactive_days", &deletion.refuseBeforeMinInactiveDays)
    reader.choice("deletion_confirmation", &deletion.confirmation)
    reader.number("retention_days", &deletion.retentionDays)
    reader.number("alert_after", &failures.alertAfter)
    reader.number("lock_after", &failures.lockAfter)
    reader.choice("group_sync_mode", &groupSyncMode)
    reader.number("import_rows_max", &importRowsMax)
    reader.flag("backend_events_off", &backendEventsOff)
  }
}

private struct SettingsWriter {
  var members: [String: JSONValue] = [:]

  mutating func text(_ key: String, _ value: String, unless fallback: String) {
    if value != fallback { members[key] = .string(value) }
  }

  mutating func flag(_ key: String, _ value: Bool) {
    if value { members[key] = .bool(true) }
  }

  mutating func number(_ key: String, _ value: Int, unless fallback: Int) {
    if value != fallback { members[key] = .number(Double(value)) }
  }

  mutating func choice<Choice: RawRepresentable<String> & Equatable>(
    _ key: String, _ value: Choice, unless fallback: Choice
  ) {
    if value != fallback { members[key] = .string(value.rawValue) }
  }

  mutating func choices(_ key: String, _ values: [some RawRepresentable<String>]) {
    if !values.isEmpty { members[key] = .array(values.map { .string($0.rawValue) }) }
  }
}

private struct SettingsReader {
  let members: [String: JSONValue]

  func text(_ key: String, _ take: (String) -> Void) {
    if case .string(let value)? = members[key] { take(value) }
  }

  func flag(_ key: String, _ target: inout Bool) {
    if case .bool(let value)? = members[key] { target = value }
  }

  func number(_ key: String, _ target: inout Int) {
    if case .number(let value)? = members[key], let integer = Int(exactly: value) {
      target = integer
    }
  }

  func choice<Choice: RawRepresentable<String>>(_ key: String, _ target: inout Choice) {
    if case .string(let value)? = members[key], let choice = Choice(rawValue: value) {
      target = choice
    }
  }

  func choices<Choice: RawRepresentable<String>>(_ key: String, _ target: inout [Choice]) {
    guard case .array(let values)? = members[key] else { return }
    target = values.compactMap { value in
      if case .string(let text) = value { Choice(rawValue: text) } else { nil }
    }
  }
}
