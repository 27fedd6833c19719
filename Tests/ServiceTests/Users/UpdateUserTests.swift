import API
import Postgres
import RPC
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct `Updating a user` {
  private static let waiting =
    "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

  @Test func `without a mask writes the fields that are not empty`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let response = try await world.root.users.updateUser(
        .user(user, .with { $0.givenName = "Ada" }))
      #expect(response.changed)
      #expect(response.user.givenName == "Ada")
      #expect(response.user.email == "ada@example.com")
      #expect(response.user.etag == "2")
      #expect(try await world.root.users.getUser(.user(user)).user == response.user)
    }
  }

  @Test func `clears a field that the mask names and the request leaves empty`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      _ = try await world.root.users.updateUser(
        .user(
          user,
          .with {
            $0.givenName = "Ada"
            $0.familyName = "Lovelace"
            $0.externalID = "hr-1"
            $0.attributes = ["a": "1"]
          }))
      let response = try await world.root.users.updateUser(
        .user(user, .with { $0.familyName = "King" }, mask: ["given_name", "external_id"]))
      #expect(response.user.givenName.isEmpty)
      #expect(response.user.externalID.isEmpty)
      #expect(response.user.familyName == "Lovelace")
      #expect(response.user.attributes == ["a": "1"])
    }
  }

  @Test func `with * writes every field`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      _ = try await world.root.users.updateUser(
        .user(
          user,
          .with {
            $0.givenName = "Ada"
            $0.locale = "pt-BR"
            $0.avatarURL = "https://example.com/a.png"
          }))
      let response = try await world.root.users.updateUser(
        .user(user, .with { $0.email = "ada@example.com" }, mask: ["*"]))
      #expect(response.user.givenName.isEmpty && response.user.locale.isEmpty)
      #expect(response.user.avatarURL.isEmpty)
    }
  }

  @Test func `that changes nothing says so, and leaves no event`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let before = try await world.eventActions()
      let response = try await world.root.users.updateUser(
        .user(user, .with { $0.email = "ADA@example.com" }))
      #expect(!response.changed)
      #expect(response.user.etag == "1")
      #expect(try await world.eventActions() == before)
    }
  }

  @Test func `with a stale etag is ABORTED and leaves no event`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      var request = Roster_V1_UpdateUserRequest.user(user, .with { $0.givenName = "Ada" })
      request.etag = user.etag
      #expect(try await world.root.users.updateUser(request).changed)
      let before = try await world.eventActions()
      request.user.givenName = "Eve"
      let status = await failure { () throws(Status) in
        try await world.root.users.updateUser(request)
      }
      #expect(status.code == .aborted)
      #expect(status.reason == "ETAG_MISMATCH")
      #expect(try await world.eventActions() == before)
      #expect(try await world.root.users.getUser(.user(user)).user.givenName == "Ada")
    }
  }

  @Test func `to a new address that holds at once makes it unverified, and frees the old one`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization(
        settings: .with { $0.emailChangeUnconfirmed = true })
      let user = try await world.user("ada@example.com", in: organization)
      _ = try await world.ask("UPDATE roster.emails SET verified_at = now() RETURNING 'x'")
      #expect(try await world.root.users.getUser(.user(user)).user.hasEmailVerifyTime)
      let response = try await world.root.users.updateUser(
        .user(user, .with { $0.email = "lovelace@example.com" }))
      #expect(!response.user.hasEmailVerifyTime)
      _ = try await world.user("ada@example.com", in: organization)
      let status = await failure { () throws(Status) in
        try await world.root.users.updateUser(.user(user, .with { $0.email = "ada@example.com" }))
      }
      #expect(status.reason == "EMAIL_ALREADY_EXISTS")
    }
  }

  @Test func `without an etag decides on what the writer before it left, not on what it found`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization(
        settings: .with { $0.emailChangeUnconfirmed = true })
      let user = try await world.user("ada@example.com", in: organization)
      let first = try await ScriptConnection.open(
        Conninfo(world.database.superuser), loop: world.loop)
      defer { first.close() }
      try await first.run(
        """
        BEGIN;
        UPDATE roster.users SET version = 2, given_name = 'Countess';
        UPDATE roster.emails SET address = 'countess@example.com'
        """)
      async let second = world.root.users.updateUser(
        .user(user, .with { $0.email = "ada@example.com" }))
      while try await world.count(Self.waiting) == 0 {}
      try await first.run("COMMIT")
      let response = try await second
      #expect(response.changed)
      #expect(response.user.email == "ada@example.com")
      #expect(response.user.givenName == "Countess")
      #expect(response.user.etag == "3")
      #expect(
        try await world.ask("SELECT address FROM roster.emails") == ["ada@example.com"])
    }
  }

  @Test(arguments: [
    "state", "user_id", "etag", "lock", "email_verify_time", "organization_id", "deactivation",
    "pending_email",
  ])
  func `refuses a mask that names what only Roster writes`(_ path: String) async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let status = await failure { () throws(Status) in
        try await world.root.users.updateUser(.user(user, .init(), mask: [path]))
      }
      #expect(status.code == .invalidArgument)
      #expect(status.reason == "FIELD_NOT_WRITABLE")
      #expect(status.metadata["path"] == path)
    }
  }

  @Test(arguments: ["nickname", "", "user.email", "*", "attributes.a"])
  func `refuses a mask that names no field, naming the path`(_ path: String) async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let status = await failure { () throws(Status) in
        try await world.root.users.updateUser(.user(user, .init(), mask: ["given_name", path]))
      }
      #expect(status.reason == "FIELD_MASK_INVALID")
      #expect(status.metadata["path"] == path)
      #expect(status.badFields == ["update_mask"])
    }
  }

  @Test func `with a mask of no paths writes what is populated`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let response = try await world.root.users.updateUser(
        .user(user, .with { $0.givenName = "Ada" }, mask: []))
      #expect(response.changed && response.user.givenName == "Ada")
    }
  }

  @Test func `that must repeat a long text repeats its beginning, and keeps its reason`()
    async throws
  {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let long = String(repeating: "é", count: 30_000)
      let start = String(repeating: "é", count: 128) + "…"
      var stale = Roster_V1_UpdateUserRequest.user(user, .with { $0.givenName = "Ada" })
      stale.etag = long
      let masked = Roster_V1_UpdateUserRequest.user(user, .init(), mask: [long])
      for (request, reason, key) in [
        (stale, "ETAG_MISMATCH", "etag"), (masked, "FIELD_MASK_INVALID", "path"),
      ] {
        let status = await failure { () throws(Status) in
          try await world.root.users.updateUser(request)
        }
        #expect(status.reason == reason)
        #expect(status.metadata[key] == start)
      }
      let pattern = await failure { () throws(Status) in
        try await world.root.tokens.createServiceToken(.with { $0.methods = [long] })
      }
      #expect(pattern.reason == "METHOD_PATTERN_INVALID")
      #expect(pattern.metadata["pattern"] == start)
    }
  }

  @Test func `cannot clear the address`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let status = await failure { () throws(Status) in
        try await world.root.users.updateUser(.user(user, .init(), mask: ["email"]))
      }
      #expect(status.reason == "FIELD_REQUIRED")
      #expect(status.badFields == ["user.email"])
    }
  }

  @Test func `with notify writes the outbox`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      var request = Roster_V1_UpdateUserRequest.user(user, .with { $0.givenName = "Ada" })
      request.notify = true
      _ = try await world.root.users.updateUser(request)
      #expect(try await world.count("roster.outbox WHERE template = 'user_updated'") == 1)
    }
  }
}
