import API
import RPC
import Service
import SwiftProtobuf
import Testing

@Suite struct `validate_only` {
  /// Rows of every table that a mutation writes.
  private func rows(_ world: World) async throws -> [Int] {
    var counts: [Int] = []
    for table in [
      "users", "emails", "passwords", "organizations", "service_tokens", "events", "outbox",
      "idempotency_keys", "subject_keys", "access_feed", "users WHERE locked_at IS NOT NULL",
      "users WHERE version > 1", "service_tokens WHERE revoked_at IS NOT NULL",
      "organizations WHERE version > 1",
    ] {
      counts.append(try await world.count("roster.\(table)"))
    }
    return counts
  }

  @Test func `answers as the real call would, and changes nothing`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let before = try await rows(world)
      let organizationID = organization.organizationID
      let root = world.root

      let created = try await root.users.createUser(
        .with {
          $0.organizationID = organizationID
          $0.user.email = "bob@example.com"
          $0.initialPassword = "correct horse"
          $0.notify = true
          $0.validateOnly = true
          $0.requestID = freshID()
        })
      #expect(created.changed && created.revision.isEmpty)
      let updated = try await root.users.updateUser(
        .with {
          $0.organizationID = organizationID
          $0.userID = user.userID
          $0.user.givenName = "Ada"
          $0.user.email = "countess@example.com"
          $0.validateOnly = true
        })
      #expect(updated.changed && updated.user.givenName == "Ada")
      let locked = try await root.users.lockUser(
        .with {
          $0.organizationID = organizationID
          $0.userID = user.userID
          $0.notify = true
          $0.validateOnly = true
        })
      #expect(locked.changed && locked.user.hasLock)
      let unlocked = try await root.users.unlockUser(
        .with {
          $0.organizationID = organizationID
          $0.userID = user.userID
          $0.validateOnly = true
        })
      #expect(!unlocked.changed)
      #expect(try await rows(world) == before)
    }
  }

  @Test func `of organizations and tokens changes nothing either`() async throws {
    try await World.with { world in
      let organizationID = try await world.organization().organizationID
      let before = try await rows(world)
      let root = world.root

      let organizationCreated = try await root.organizations.createOrganization(
        .with {
          $0.slug = "beta"
          $0.name = "Beta"
          $0.validateOnly = true
          $0.requestID = freshID()
        })
      #expect(organizationCreated.changed)
      let settings = try await root.organizations.updateOrganizationSettings(
        .with {
          $0.organizationID = organizationID
          $0.settings.timeZone = "Europe/Lisbon"
          $0.validateOnly = true
        })
      #expect(settings.changed)
      let token = try await root.tokens.createServiceToken(
        .with {
          $0.name = "shop"
          $0.methods = ["*"]
          $0.allOrganizations = true
          $0.validateOnly = true
        })
      #expect(token.changed && token.secret.isEmpty)
      let id = try await world.ask("SELECT token_id::text FROM roster.service_tokens")
      let revoked = try await root.tokens.revokeServiceToken(
        .with {
          $0.serviceTokenID = id[0] ?? ""
          $0.validateOnly = true
        })
      #expect(revoked.changed)

      #expect(try await rows(world) == before)
    }
  }

  @Test func `fails as the real call would, constraints of the database included`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      _ = try await world.user("ada@example.com", in: organization)
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.validateOnly = true
      let taken = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(taken.reason == "EMAIL_ALREADY_EXISTS")
      let slug = await failure { () throws(Status) in
        try await world.root.organizations.createOrganization(
          .with {
            $0.slug = "acme"
            $0.name = "Acme"
            $0.validateOnly = true
          })
      }
      #expect(slug.reason == "SLUG_ALREADY_EXISTS")
    }
  }

  @Test func `checks permission first`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let reader = try await world.client(methods: ["roster.v1.UserService/GetUser"])
      var request = Roster_V1_CreateUserRequest.user("x", in: organization)
      request.validateOnly = true
      let status = await failure { () throws(Status) in try await reader.users.createUser(request) }
      #expect(status.code == .permissionDenied)
    }
  }
}
