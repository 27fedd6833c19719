import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Settings as a whole` {
  private func update(
    _ organization: Roster_V1_Organization, _ change: (inout Roster_V1_OrganizationSettings) -> Void
  ) -> Roster_V1_UpdateOrganizationSettingsRequest {
    .with {
      $0.organizationID = organization.organizationID
      change(&$0.settings)
    }
  }

  @Test func `must not contradict each other, at creation or later`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let contradictions: [(String, Roster_V1_OrganizationSettings)] = [
        ("settings.required_fields", .with { $0.requiredFields = ["company_id"] }),
        (
          "settings.required_fields",
          .with {
            $0.requiredFields = ["initial_password"]
            $0.userCreation = [.invitation]
          }
        ),
        (
          "settings.deletion.refuse_before_min_inactive_days",
          .with { $0.deletion.refuseBeforeMinInactiveDays = true }
        ),
      ]
      for (field, settings) in contradictions {
        for status in [
          await failure { () throws(Status) in
            try await world.root.organizations.updateOrganizationSettings(
              update(organization) { $0 = settings })
          },
          await failure { () throws(Status) in
            try await world.root.organizations.createOrganization(
              .with {
                $0.slug = "beta"
                $0.name = "Beta"
                $0.settings = settings
              })
          },
        ] {
          #expect(status.code == .invalidArgument)
          #expect(status.reason == "SETTINGS_CONTRADICTORY")
          #expect(status.badFields == [field])
        }
      }
      // What is set before counts as well.
      let invitations = update(organization) { $0.userCreation = [.invitation] }
      _ = try await world.root.organizations.updateOrganizationSettings(invitations)
      let status = await failure { () throws(Status) in
        try await world.root.organizations.updateOrganizationSettings(
          update(organization) { $0.requiredFields = ["initial_password"] })
      }
      #expect(status.reason == "SETTINGS_CONTRADICTORY")
    }
  }

  @Test func `must be met by the users and companies there are`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let client = world.root.organizations
      let required = update(organization) { $0.companyMode = .required }
      let lacking = await failure { () throws(Status) in
        try await client.updateOrganizationSettings(required)
      }
      #expect(lacking.code == .failedPrecondition)
      #expect(lacking.reason == "SETTINGS_NOT_MET")
      #expect(lacking.metadata["field"] == "settings.company_mode")
      _ = try await client.updateOrganizationSettings(
        update(organization) { $0.companyMode = .optional })
      let company = try await world.company("North", in: organization)
      _ = try await world.root.companies.moveUsers(.users([user], to: company))
      #expect(try await client.updateOrganizationSettings(required).changed)
      let present = await failure { () throws(Status) in
        try await client.updateOrganizationSettings(
          update(organization) { $0.companyMode = .none })
      }
      #expect(present.reason == "SETTINGS_NOT_MET")
      // What is as it was is not asked again.
      _ = try await world.ask("UPDATE roster.users SET company_id = NULL")
      #expect(
        try await client.updateOrganizationSettings(
          update(organization) { $0.timeZone = "Europe/Lisbon" }
        ).changed)
    }
  }
}

@Suite struct `An organization of the installation` {
  @Test func `has another name`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_UpdateOrganizationRequest.with {
        $0.organizationID = organization.organizationID
        $0.name = "Acme & Sons"
        $0.etag = organization.etag
      }
      let response = try await world.root.organizations.updateOrganization(request)
      #expect(response.changed && response.organization.name == "Acme & Sons")
      let stale = await failure { () throws(Status) in
        try await world.root.organizations.updateOrganization(request)
      }
      #expect(stale.reason == "ETAG_MISMATCH")
      request.etag = ""
      #expect(try await !world.root.organizations.updateOrganization(request).changed)
      request.name = ""
      let blank = await failure { () throws(Status) in
        try await world.root.organizations.updateOrganization(request)
      }
      #expect(blank.reason == "FIELD_REQUIRED")
    }
  }

  @Test func `is suspended and resumed by the installation's tokens only`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let suspend = Roster_V1_SuspendOrganizationRequest.with {
        $0.targetOrganizationID = organization.organizationID
        $0.reason = "unpaid"
      }
      let bound = try await world.client(organizations: [organization])
      let status = await failure { () throws(Status) in
        try await bound.organizations.suspendOrganization(suspend)
      }
      #expect(status.reason == "INSTALLATION_SCOPE_REQUIRED")
      let suspended = try await world.root.organizations.suspendOrganization(suspend)
      #expect(suspended.changed && suspended.organization.state == .suspended)
      #expect(try await !world.root.organizations.suspendOrganization(suspend).changed)
      #expect(
        try await world.count("roster.access_feed WHERE kind = 1 AND narrowing") == 2)
      let locked = await failure { () throws(Status) in
        try await world.root.users.lockUser(.user(user))
      }
      #expect(locked.reason == "ORGANIZATION_SUSPENDED")
      #expect(try await world.root.users.getUser(.user(user)).user == user)

      let resume = Roster_V1_ResumeOrganizationRequest.with {
        $0.targetOrganizationID = organization.organizationID
      }
      #expect(try await world.root.organizations.resumeOrganization(resume).changed)
      #expect(try await !world.root.organizations.resumeOrganization(resume).changed)
      #expect(try await world.root.users.lockUser(.user(user)).changed)
      let missing = await failure { () throws(Status) in
        try await world.root.organizations.suspendOrganization(
          .with { $0.targetOrganizationID = freshID() })
      }
      #expect(missing.reason == "ORGANIZATION_NOT_FOUND")
    }
  }
}
