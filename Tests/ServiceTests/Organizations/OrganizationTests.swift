import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Creating an organization` {
  @Test func `makes one that is found by id and slug, with one event of its own`() async throws {
    try await World.with { world in
      let response = try await world.root.organizations.createOrganization(
        .with {
          $0.slug = "acme-1"
          $0.name = "A\u{30A}cme"
          $0.settings.timeZone = "Europe/Lisbon"
        })
      let organization = response.organization
      #expect(response.changed)
      #expect(response.revision.wholeMatch(of: /1\.[0-9]+/) != nil)
      #expect(organization.name == "Åcme")
      #expect(organization.state == .active)
      #expect(organization.settings.timeZone == "Europe/Lisbon")
      #expect(organization.settings.deletion.retentionDays == 30)
      let byID = try await world.root.organizations.getOrganization(
        .with { $0.organizationID = organization.organizationID })
      #expect(byID.organization == organization)
      let bySlug = try await world.root.organizations.getOrganizationBySlug(
        .with { $0.slug = "acme-1" })
      #expect(bySlug.organization == organization)
      #expect(
        try await world.count(
          "roster.events WHERE organization_id = '\(organization.organizationID)' "
            + "AND action = 'organization.created'") == 1)
    }
  }

  @Test func `twice with one request id makes one`() async throws {
    try await World.with { world in
      let request = Roster_V1_CreateOrganizationRequest.with {
        $0.slug = "acme"
        $0.name = "Acme"
        $0.requestID = freshID()
      }
      let first = try await world.root.organizations.createOrganization(request)
      #expect(try await world.root.organizations.createOrganization(request) == first)
      #expect(try await world.count("roster.organizations") == 1)
      #expect(try await world.count("roster.events") == 1)
    }
  }

  @Test func `with a slug that is taken is ALREADY_EXISTS and leaves nothing`() async throws {
    try await World.with { world in
      _ = try await world.organization("acme")
      let status = await failure { () throws(Status) in
        try await world.root.organizations.createOrganization(
          .with {
            $0.slug = "acme"
            $0.name = "Other"
            $0.requestID = freshID()
          })
      }
      #expect(status.code == .alreadyExists)
      #expect(status.reason == "SLUG_ALREADY_EXISTS")
      #expect(status.metadata == ["slug": "acme"])
      #expect(try await world.count("roster.events") == 1)
      #expect(try await world.count("roster.idempotency_keys") == 0)
    }
  }

  @Test func `refuses what is no slug, name or setting, naming the field`() async throws {
    typealias Request = Roster_V1_CreateOrganizationRequest
    let cases: [(String, String, @Sendable (inout Request) -> Void)] = [
      ("FIELD_REQUIRED", "slug", { $0.slug = "" }),
      ("SLUG_INVALID", "slug", { $0.slug = "a" }),
      ("SLUG_INVALID", "slug", { $0.slug = "Acme" }),
      ("SLUG_INVALID", "slug", { $0.slug = "-acme" }),
      ("SLUG_INVALID", "slug", { $0.slug = String(repeating: "a", count: 64) }),
      ("FIELD_REQUIRED", "name", { $0.name = " " }),
      ("NAME_TOO_LONG", "name", { $0.name = String(repeating: "x", count: 201) }),
      ("FIELD_INVALID", "settings.time_zone", { $0.settings.timeZone = "lisbon" }),
      ("FIELD_INVALID", "settings.locale", { $0.settings.locale = "e" }),
      ("FIELD_INVALID", "settings.role_mode", { $0.settings.roleMode = .UNRECOGNIZED(9) }),
      ("FIELD_INVALID", "settings.user_creation", { $0.settings.userCreation = [.unspecified] }),
      (
        "FIELD_INVALID", "settings.user_creation",
        { $0.settings.userCreation = [.direct, .direct] }
      ),
      ("FIELD_INVALID", "settings.required_fields", { $0.settings.requiredFields = ["email"] }),
      ("FIELD_INVALID", "settings.import_rows_max", { $0.settings.importRowsMax = 1_001 }),
      ("FIELD_INVALID", "settings.failures.lock_after", { $0.settings.failures.lockAfter = 101 }),
      (
        "FIELD_INVALID", "settings.deletion.min_inactive_days",
        { $0.settings.deletion.minInactiveDays = -1 }
      ),
    ]
    try await World.with { world async throws in
      for (reason, field, spoil) in cases {
        var request = Request()
        request.slug = "acme"
        request.name = "Acme"
        spoil(&request)
        let spoiled = request
        let status = await failure { () throws(Status) in
          try await world.root.organizations.createOrganization(spoiled)
        }
        #expect(status.code == .invalidArgument)
        #expect(status.reason == reason, "\(field)")
        #expect(status.badFields == [field])
      }
      #expect(try await world.count("roster.organizations") == 0)
    }
  }
}

@Suite struct `An organization's settings` {
  private func update(
    _ organization: Roster_V1_Organization, mask: [String]? = nil, etag: String = "",
    _ change: (inout Roster_V1_OrganizationSettings) -> Void
  ) -> Roster_V1_UpdateOrganizationSettingsRequest {
    var request = Roster_V1_UpdateOrganizationSettingsRequest()
    request.organizationID = organization.organizationID
    request.etag = etag
    if let mask { request.updateMask.paths = mask }
    change(&request.settings)
    return request
  }

  @Test func `without a mask keep what the request leaves empty`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let service = world.root.organizations
      _ = try await service.updateOrganizationSettings(
        update(organization) { $0.timeZone = "Europe/Lisbon" })
      let response = try await service.updateOrganizationSettings(
        update(organization) {
          $0.roleMode = .single
          $0.deletion.retentionDays = 90
        })
      #expect(response.changed)
      #expect(response.organization.etag == "3")
      #expect(response.organization.settings.timeZone == "Europe/Lisbon")
      #expect(response.organization.settings.roleMode == .single)
      #expect(response.organization.settings.deletion.retentionDays == 90)
      #expect(
        try await world.eventActions() == [
          "organization.created", "organization.settings_updated",
          "organization.settings_updated",
        ])
    }
  }

  @Test func `named by the mask and left empty return to their defaults`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let service = world.root.organizations
      _ = try await service.updateOrganizationSettings(
        update(organization) {
          $0.timeZone = "Europe/Lisbon"
          $0.userCreation = [.invitation]
          $0.deletion.retentionDays = 90
        })
      let one = try await service.updateOrganizationSettings(
        update(organization, mask: ["deletion.retention_days"]) { _ in })
      #expect(one.organization.settings.deletion.retentionDays == 30)
      #expect(one.organization.settings.timeZone == "Europe/Lisbon")
      let all = try await service.updateOrganizationSettings(
        update(organization, mask: ["*"]) { _ in })
      #expect(all.organization.settings == organization.settings)
    }
  }

  @Test func `outside the mask are not read, so nothing is wrong with them`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let response = try await world.root.organizations.updateOrganizationSettings(
        update(organization, mask: ["locale", "deletion.retention_days", "deactivation"]) {
          $0.locale = "pt"
          $0.timeZone = "nowhere"
          $0.roleMode = .UNRECOGNIZED(9)
          $0.requiredFields = ["email"]
          $0.deletion.retentionDays = 90
          $0.deletion.minInactiveDays = -1
          $0.deactivation.keepGroups = true
          $0.deactivation.restoreGroups = .choose
        })
      let settings = response.organization.settings
      #expect(settings.locale == "pt")
      #expect(settings.timeZone == "UTC")
      #expect(settings.deletion.retentionDays == 90)
      #expect(settings.deletion.minInactiveDays == 0)
      #expect(settings.deactivation.keepGroups)
      #expect(settings.deactivation.restoreGroups == .choose)
      let status = await failure { () throws(Status) in
        try await world.root.organizations.updateOrganizationSettings(
          update(organization, mask: ["role_mode"]) { $0.roleMode = .UNRECOGNIZED(9) })
      }
      #expect(status.badFields == ["settings.role_mode"])
    }
  }

  @Test func `with a mask of no paths are written as without one`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = update(organization) { $0.timeZone = "Europe/Lisbon" }
      request.updateMask = .init()
      let response = try await world.root.organizations.updateOrganizationSettings(request)
      #expect(response.organization.settings.timeZone == "Europe/Lisbon")
    }
  }

  @Test func `that stay the same are no change and no event`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let response = try await world.root.organizations.updateOrganizationSettings(
        update(organization) { $0.timeZone = "UTC" })
      #expect(!response.changed)
      #expect(response.organization == organization)
      #expect(try await world.count("roster.events") == 1)
    }
  }

  @Test func `with a stale etag, an unknown path or a bad value stay`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let requests = [
        ("ETAG_MISMATCH", update(organization, etag: "9") { $0.timeZone = "Europe/Lisbon" }),
        ("FIELD_MASK_INVALID", update(organization, mask: ["slug"]) { _ in }),
        ("FIELD_MASK_INVALID", update(organization, mask: ["settings.time_zone"]) { _ in }),
        ("FIELD_INVALID", update(organization) { $0.failures.alertAfter = 101 }),
      ]
      for (reason, request) in requests {
        let status = await failure { () throws(Status) in
          try await world.root.organizations.updateOrganizationSettings(request)
        }
        #expect(status.reason == reason)
      }
      #expect(try await world.count("roster.events") == 1)
      #expect(try await world.count("roster.organizations WHERE version > 1") == 0)
    }
  }
}

@Suite struct `A suspended organization` {
  @Test func `is read, and not changed`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      _ = try await world.ask("UPDATE roster.organizations SET state = 'suspended' RETURNING 'x'")
      #expect(try await world.root.users.getUser(.user(user)).user == user)
      let statuses = [
        await failure { () throws(Status) in
          try await world.root.users.createUser(.user("bob@example.com", in: organization))
        },
        await failure { () throws(Status) in try await world.root.users.lockUser(.user(user)) },
        await failure { () throws(Status) in
          try await world.root.organizations.updateOrganizationSettings(
            .with {
              $0.organizationID = organization.organizationID
              $0.settings.timeZone = "Europe/Lisbon"
            })
        },
      ]
      for status in statuses {
        #expect(status.code == .failedPrecondition)
        #expect(status.reason == "ORGANIZATION_SUSPENDED")
      }
    }
  }
}
