import Domain
import Testing

private let start = Timestamp(microseconds: 1_000_000)
private let later = Timestamp(microseconds: 2_000_000)

private func organization() -> Organization {
  Organization(
    id: OrganizationID(high: 1, low: 1), slug: Slug(stored: "demo"), name: Name(stored: "Demo"),
    settings: OrganizationSettings(), at: start)
}

@Suite struct `Updating an organization's settings` {
  @Test func `takes the named paths and no other`() throws {
    var organization = organization()
    var new = OrganizationSettings()
    new.roleMode = .single
    new.deletion.retentionDays = 90
    new.deletion.requiresInactive = true
    new.companyMode = .required
    #expect(
      try organization.update(new, paths: ["role_mode", "deletion.retention_days"], at: later))
    #expect(organization.settings.roleMode == .single)
    #expect(organization.settings.deletion.retentionDays == 90)
    #expect(!organization.settings.deletion.requiresInactive)
    #expect(organization.settings.companyMode == .none)
    #expect(organization.version == 2)
    #expect(organization.updatedAt == later)
  }

  @Test func `changes nothing when all has its value already`() throws {
    var organization = organization()
    let before = organization
    let paths = OrganizationSettings.paths
    #expect(try !organization.update(OrganizationSettings(), paths: paths, at: later))
    #expect(organization == before)
  }

  @Test func `is refused for a path that names nothing, and then changes nothing`() {
    var organization = organization()
    var new = OrganizationSettings()
    new.roleMode = .single
    #expect(throws: Organization.Refusal.unknownPath("slug")) {
      _ = try organization.update(new, paths: ["role_mode", "slug"], at: later)
    }
    #expect(organization.settings == OrganizationSettings())
    #expect(organization.version == 1)
  }

  @Test func `is refused while the organization is suspended`() {
    var organization = Organization(
      organization(), state: .suspended, version: 1, updatedAt: start)
    #expect(throws: Organization.Refusal.suspended) {
      _ = try organization.update(OrganizationSettings(), paths: [], at: later)
    }
  }

  @Test(arguments: [
    ("import_rows_max", 1...1_000), ("deletion.min_inactive_days", 0...3_650),
    ("deletion.retention_days", 1...3_650), ("failures.alert_after", 1...100),
    ("failures.lock_after", 1...100),
  ])
  func `is refused outside of a number's range`(path: String, range: ClosedRange<Int>) throws {
    for value in [range.lowerBound, range.upperBound] { try settings(path, value).check() }
    for value in [range.lowerBound - 1, range.upperBound + 1] {
      #expect(throws: OrganizationSettings.Refusal.outOfRange(path: path, range)) {
        try settings(path, value).check()
      }
    }
  }

  private func settings(_ path: String, _ value: Int) -> OrganizationSettings {
    var settings = OrganizationSettings()
    switch path {
    case "import_rows_max": settings.importRowsMax = value
    case "deletion.min_inactive_days": settings.deletion.minInactiveDays = value
    case "deletion.retention_days": settings.deletion.retentionDays = value
    case "failures.alert_after": settings.failures.alertAfter = value
    default: settings.failures.lockAfter = value
    }
    return settings
  }

  @Test func `is refused for a list that names a value twice`() {
    var settings = OrganizationSettings()
    settings.userCreation = [.direct, .direct]
    #expect(throws: OrganizationSettings.Refusal.repeated(path: "user_creation")) {
      try settings.check()
    }
  }
}

@Suite struct `An organization's settings` {
  @Test func `are stored as what differs from the defaults`() {
    var settings = OrganizationSettings()
    #expect(settings.json == "{}")
    settings.roleMode = .groups
    settings.userCreation = [.invitation, .directory]
    settings.failures.lockAfter = 3
    settings.backendEventsOff = true
    #expect(
      settings.json
        == #"{"backend_events_off":true,"lock_after":3,"role_mode":"groups","#
        + #""user_creation":["invitation","directory"]}"#)
  }

  @Test func `are read back whole`() {
    var settings = OrganizationSettings()
    settings.timeZone = TimeZoneName(stored: "Europe/Lisbon")
    settings.locale = LanguageTag(stored: "pt-PT")
    settings.roleTemplate = .adminReadOnly
    settings.roleMode = .single
    settings.userCreation = [.direct]
    settings.requiredFields = [.givenName, .initialPassword]
    settings.keepInitialPassword = true
    settings.companyMode = .optional
    settings.emailChangeUnconfirmed = true
    settings.deactivation.keepAPIKeys = true
    settings.deactivation.keepGroups = true
    settings.deactivation.restoreGroups = .choose
    settings.deletion.modes = [.soft, .hard]
    settings.deletion.requiresInactive = true
    settings.deletion.minInactiveDays = 30
    settings.deletion.refuseBeforeMinInactiveDays = true
    settings.deletion.confirmation = .typeEmail
    settings.deletion.retentionDays = 7
    settings.failures.alertAfter = 4
    settings.failures.lockAfter = 6
    settings.groupSyncMode = .overwrite
    settings.importRowsMax = 10
    settings.backendEventsOff = true
    #expect(OrganizationSettings(storedJSON: settings.json) == settings)
    #expect(JSONValue(settings.json)?.members == 23)
  }

  @Test func `keep their defaults where a newer program wrote what they don't know`() {
    let settings = OrganizationSettings(
      storedJSON: #"{"role_mode":"quantum","new_thing":[1],"lock_after":"3","alert_after":2.5}"#)
    #expect(settings == OrganizationSettings())
    #expect(OrganizationSettings(storedJSON: "[]") == nil)
  }

  @Test func `allow every way of creating users unless they name some`() {
    var settings = OrganizationSettings()
    #expect(settings.allows(.direct))
    settings.userCreation = [.invitation]
    #expect(settings.allows(.invitation))
    #expect(!settings.allows(.direct))
  }

  @Test func `name the required field that is missing`() {
    var settings = OrganizationSettings()
    settings.requiredFields = [.givenName, .externalID, .initialPassword]
    var profile = UserProfile(email: EmailAddress(stored: "a@b.example"))
    #expect(settings.missingField(of: profile, hasInitialPassword: true) == .givenName)
    profile.givenName = Name(stored: "Ada")
    #expect(settings.missingField(of: profile, hasInitialPassword: true) == .externalID)
    profile.externalID = ExternalID(stored: "1")
    #expect(settings.missingField(of: profile, hasInitialPassword: false) == .initialPassword)
    #expect(settings.missingField(of: profile, hasInitialPassword: true) == nil)
  }
}

extension JSONValue {
  fileprivate var members: Int? {
    if case .object(let members) = self { members.count } else { nil }
  }
}
