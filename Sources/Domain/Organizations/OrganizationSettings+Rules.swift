extension OrganizationSettings {
  package enum Refusal: Error, Hashable {
    /// The number at this path must lie in the range.
    case outOfRange(path: String, ClosedRange<Int>)
    /// The list at this path names a value twice.
    case repeated(path: String)
    /// What is set at this path has no meaning beside another setting.
    case contradictory(path: String, because: String)
  }

  /// Checks what the types can't.
  package func check() throws(Refusal) {
    let numbers: [(String, Int, ClosedRange<Int>)] = [
      ("import_rows_max", importRowsMax, 1...1_000),
      ("deletion.min_inactive_days", deletion.minInactiveDays, 0...3_650),
      ("deletion.retention_days", deletion.retentionDays, 1...3_650),
      ("failures.alert_after", failures.alertAfter, 1...100),
      ("failures.lock_after", failures.lockAfter, 1...100),
    ]
    for (path, value, range) in numbers where !range.contains(value) {
      throw .outOfRange(path: path, range)
    }
    guard Set(userCreation).count == userCreation.count else {
      throw .repeated(path: "user_creation")
    }
    guard Set(requiredFields).count == requiredFields.count else {
      throw .repeated(path: "required_fields")
    }
    guard Set(deletion.modes).count == deletion.modes.count else {
      throw .repeated(path: "deletion.modes")
    }
    try checkTogether()
  }

  /// Checks what each setting means beside the others. A lock before the alert is none of it: the
  /// alert counts on while the user is locked out.
  private func checkTogether() throws(Refusal) {
    guard !requiredFields.contains(.company) || companyMode != .none else {
      throw .contradictory(
        path: "required_fields", because: "asks for company_id where company_mode has no companies")
    }
    guard !requiredFields.contains(.initialPassword) || allows(.direct) else {
      throw .contradictory(
        path: "required_fields",
        because: "asks for initial_password where user_creation lets nobody give one")
    }
    guard !deletion.refuseBeforeMinInactiveDays || deletion.minInactiveDays > 0 else {
      throw .contradictory(
        path: "deletion.refuse_before_min_inactive_days",
        because: "has no deletion.min_inactive_days to refuse before")
    }
  }

  /// Whether users may come into the organization in this way.
  package func allows(_ way: UserCreation) -> Bool {
    userCreation.isEmpty || userCreation.contains(way)
  }

  /// The required field that `profile` lacks, if any; a company too where everybody has one.
  /// - Parameters:
  ///   - hasInitialPassword: nil: none is asked for, the user exists.
  ///   - written: nil: all. What an update doesn't write, it doesn't take away.
  package func missingField(
    of profile: UserProfile, hasInitialPassword: Bool?, written: Set<UserField>? = nil
  ) -> RequiredField? {
    let isAsked = { (field: RequiredField) in
      guard let written else { return true }
      return UserField(rawValue: field.rawValue).map(written.contains) ?? false
    }
    let lacking = requiredFields.first { isAsked($0) && $0.isMissing(profile, hasInitialPassword) }
    let lacksCompany = companyMode == .required && profile.company == nil && isAsked(.company)
    return lacking ?? (lacksCompany ? .company : nil)
  }
}

extension OrganizationSettings.RequiredField {
  fileprivate func isMissing(_ profile: UserProfile, _ hasInitialPassword: Bool?) -> Bool {
    switch self {
    case .givenName: profile.givenName.isBlank
    case .familyName: profile.familyName.isBlank
    case .displayName: profile.displayName.isBlank
    case .externalID: profile.externalID == nil
    case .company: profile.company == nil
    case .initialPassword: hasInitialPassword == false
    }
  }
}

// MARK: - Masks

extension OrganizationSettings {
  /// Every path an update mask may name, parents before their parts.
  package static let paths: [String] = fields.map(\.path)

  /// Takes the values at `paths` from `other`.
  /// - Returns: false when a path names nothing; then `self` is unchanged.
  package mutating func apply(_ other: OrganizationSettings, paths: some Sequence<String>) -> Bool {
    var updated = self
    for path in paths {
      guard let field = OrganizationSettings.fields.first(where: { $0.path == path }) else {
        return false
      }
      field.copy(other, &updated)
    }
    self = updated
    return true
  }

  private struct Field: Sendable {
    let path: String
    let copy: @Sendable (OrganizationSettings, inout OrganizationSettings) -> Void

    init<Value>(
      _ path: String, _ value: any WritableKeyPath<OrganizationSettings, Value> & Sendable
    ) {
      self.path = path
      copy = { source, target in target[keyPath: value] = source[keyPath: value] }
    }
  }

  private static let fields: [Field] = [
    Field("time_zone", \.timeZone),
    Field("locale", \.locale),
    Field("role_template", \.roleTemplate),
    Field("role_mode", \.roleMode),
    Field("user_creation", \.userCreation),
    Field("required_fields", \.requiredFields),
    Field("keep_initial_password", \.keepInitialPassword),
    Field("company_mode", \.companyMode),
    Field("email_change_unconfirmed", \.emailChangeUnconfirmed),
    Field("deactivation", \.deactivation),
    Field("deactivation.keep_api_keys", \.deactivation.keepAPIKeys),
    Field("deactivation.keep_groups", \.deactivation.keepGroups),
    Field("deactivation.restore_groups", \.deactivation.restoreGroups),
    Field("deletion", \.deletion),
    Field("deletion.modes", \.deletion.modes),
    Field("deletion.requires_inactive", \.deletion.requiresInactive),
    Field("deletion.min_inactive_days", \.deletion.minInactiveDays),
    Field(
      "deletion.refuse_before_min_inactive_days", \.deletion.refuseBeforeMinInactiveDays),
    Field("deletion.confirmation", \.deletion.confirmation),
    Field("deletion.retention_days", \.deletion.retentionDays),
    Field("failures", \.failures),
    Field("failures.alert_after", \.failures.alertAfter),
    Field("failures.lock_after", \.failures.lockAfter),
    Field("group_sync_mode", \.groupSyncMode),
    Field("import_rows_max", \.importRowsMax),
    Field("backend_events_off", \.backendEventsOff),
  ]
}
