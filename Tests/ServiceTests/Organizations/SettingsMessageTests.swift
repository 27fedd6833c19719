import API
import Domain
import SwiftProtobuf
import Testing

@testable import Service

@Suite struct `The settings of a message` {
  /// No field is as it would be by default.
  private let everything = Roster_V1_OrganizationSettings.with {
    $0.timeZone = "Europe/Lisbon"
    $0.locale = "pt"
    $0.roleTemplate = .adminReadOnly
    $0.roleMode = .groups
    $0.userCreation = [.direct, .invitation, .directory]
    $0.requiredFields = ["family_name", "external_id"]
    $0.keepInitialPassword = true
    $0.companyMode = .required
    $0.emailChangeUnconfirmed = true
    $0.deactivation.keepApiKeys = true
    $0.deactivation.keepGroups = true
    $0.deactivation.restoreGroups = .choose
    $0.deletion.modes = [.hard, .soft, .permanent]
    $0.deletion.requiresInactive = true
    $0.deletion.minInactiveDays = 30
    $0.deletion.refuseBeforeMinInactiveDays = true
    $0.deletion.confirmation = .typeEmail
    $0.deletion.retentionDays = 90
    $0.failures.alertAfter = 3
    $0.failures.lockAfter = 10
    $0.groupSyncMode = .overwrite
    $0.importRowsMax = 500
    $0.backendEventsOff = true
  }

  @Test func `come back as they went in`() throws {
    let settings = try OrganizationSettings(everything)
    #expect(Roster_V1_OrganizationSettings(settings) == everything)
    #expect(try OrganizationSettings(Roster_V1_OrganizationSettings(settings)) == settings)
  }

  @Test func `that are all set are all named by an omitted mask`() throws {
    let mask = try SettingsMask(.with { $0.settings = everything })
    let parents: Set<String> = ["deactivation", "deletion", "failures"]
    let leaves = OrganizationSettings.paths.filter { !parents.contains($0) }
    #expect(mask.paths.sorted() == leaves.sorted())
  }

  @Test func `that are empty are the defaults`() throws {
    #expect(try OrganizationSettings(Roster_V1_OrganizationSettings()) == OrganizationSettings())
    #expect(try SettingsMask(.init()).paths.isEmpty)
  }

  @Test func `have a field for every path`() {
    let text = everything.textFormatString()
    for path in OrganizationSettings.paths {
      for name in path.split(separator: ".") { #expect(text.contains(name), "\(path)") }
    }
  }
}
