import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `A person` {
  @Test func `without a role that has the permission may not call`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let (nobody, client) = try await world.person(nil, in: organization)
      let status = await failure { () throws(Status) in
        try await client.users.getUser(.user(nobody))
      }
      #expect(status.code == .permissionDenied)
      #expect(status.reason == "PERMISSION_MISSING")
      #expect(status.metadata == ["permission": "users.read"])
    }
  }

  @Test func `sees only itself by the scope self, and others as if they were not there`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      let (ada, client) = try await world.person("user", in: organization)
      let bob = try await world.user("bob@example.com", in: organization)
      #expect(try await client.users.getUser(.user(ada)).user.userID == ada.userID)

      let status = await failure { () throws(Status) in
        try await client.users.getUser(.user(bob))
      }
      #expect(status.reason == "USER_NOT_FOUND")
      let batch = try await client.users.batchGetUsers(
        .with {
          $0.organizationID = organization.organizationID
          $0.userIds = [bob.userID, ada.userID]
        })
      #expect(batch.users.map(\.userID) == [ada.userID])
      #expect(batch.missingIds == [bob.userID])
      let address = await failure { () throws(Status) in
        try await client.users.getUserByEmail(
          .with {
            $0.organizationID = organization.organizationID
            $0.email = "bob@example.com"
          })
      }
      #expect(address.reason == "USER_NOT_FOUND")
    }
  }

  @Test func `manages the members of its groups, and sees nobody else`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let (manager, client) = try await world.person("manager", in: organization)
      let member = try await world.user("member@example.com", in: organization)
      let other = try await world.user("other@example.com", in: organization)
      _ = try await world.group("Sales", of: manager, member)

      #expect(try await client.users.lockUser(.user(member)).changed)
      for user in [other] {
        let seen = await failure { () throws(Status) in
          try await client.users.getUser(.user(user))
        }
        let locked = await failure { () throws(Status) in
          try await client.users.lockUser(.user(user))
        }
        #expect(seen.reason == "USER_NOT_FOUND")
        #expect(locked.reason == "USER_NOT_FOUND")
      }
    }
  }

  @Test func `who manages groups changes nobody who belongs to others as well`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let (manager, client) = try await world.person("manager", in: organization)
      let member = try await world.user("member@example.com", in: organization)
      _ = try await world.group("Sales", of: manager, member)
      _ = try await world.group("Board", of: member)

      #expect(try await client.users.getUser(.user(member)).user.userID == member.userID)
      let status = await failure { () throws(Status) in
        try await client.users.lockUser(.user(member))
      }
      #expect(status.reason == "RANK_TOO_LOW")
    }
  }

  @Test(
    arguments: [
      ("manager", "manager", "RANK_TOO_LOW"), ("manager", "admin", "RANK_TOO_LOW"),
      ("manager", "user", nil), ("admin", "super_admin", "RANK_TOO_LOW"), ("admin", "admin", nil),
      ("super_admin", "super_admin", nil),
    ] as [(String, String, String?)])
  func `changes nobody of a rank that is too high`(
    own: String, other: String, reason: String?
  ) async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let (actor, client) = try await world.person(own, in: organization, email: "a@example.com")
      let (target, _) = try await world.person(other, in: organization, email: "b@example.com")
      _ = try await world.group("Sales", of: actor, target)
      var request = Roster_V1_UpdateUserRequest.user(target, .with { $0.givenName = "Eve" })
      request.validateOnly = true
      let asked = request
      do throws(Status) {
        #expect(try await client.users.updateUser(asked).changed)
        #expect(reason == nil)
      } catch {
        #expect(error.reason == reason)
      }
    }
  }

  @Test func `makes nobody where its permission does not reach`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let (_, client) = try await world.person("user", in: organization)
      _ = try await world.ask(
        "INSERT INTO roster.role_permissions SELECT organization_id, role_id, "
          + "'users.create', 'company' FROM roster.roles WHERE key = 'user' RETURNING 'x'")
      let status = await failure { () throws(Status) in
        try await client.users.createUser(.user("new@example.com", in: organization))
      }
      #expect(status.reason == "OUT_OF_REACH")
      #expect(status.metadata == ["permission": "users.create"])
    }
  }

  @Test func `may not use a permission of a narrow scope on the organization itself`() async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      let (ada, client) = try await world.person("user", in: organization)
      _ = try await world.ask(
        "INSERT INTO roster.role_permissions SELECT organization_id, role_id, "
          + "'organizations.read', 'self' FROM roster.roles WHERE key = 'user' RETURNING 'x'")
      let status = await failure { () throws(Status) in
        try await client.organizations.getOrganization(
          .with { $0.organizationID = ada.organizationID })
      }
      #expect(status.reason == "PERMISSION_MISSING")
    }
  }

  @Test(arguments: [
    "UPDATE roster.role_grants SET revoked_at = now(), revoked_by_kind = 'system', "
      + "revoked_by = grant_id",
    "UPDATE roster.role_grants SET valid_from = now() - interval '2 days', "
      + "expires_at = now() - interval '1 day'",
    "UPDATE roster.role_grants SET valid_from = now() + interval '1 day'",
  ])
  func `has no right by a grant that is over or yet to come`(change: String) async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let (ada, client) = try await world.person("admin", in: organization)
      _ = try await client.users.getUser(.user(ada))
      _ = try await world.ask(change + " RETURNING 'x'")
      let status = await failure { () throws(Status) in
        try await client.users.getUser(.user(ada))
      }
      #expect(status.reason == "PERMISSION_MISSING")
    }
  }

  @Test func `has the rights of its groups, while it is a member`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let (ada, client) = try await world.person(nil, in: organization)
      let group = try await world.group("Admins", of: ada)
      _ = try await world.ask(
        """
        INSERT INTO roster.role_grants (organization_id, grant_id, role_id, group_id, source,
          valid_from, justification, granted_by_kind, granted_by, created_at)
        SELECT organization_id, '\(freshID())', role_id, '\(group)', 'manual', now(), '',
               'system', '\(freshID())', now()
          FROM roster.roles WHERE key = 'admin' RETURNING 'x'
        """)
      #expect(try await client.users.getUser(.user(ada)).user.userID == ada.userID)
      _ = try await world.ask("UPDATE roster.group_members SET expires_at = now() RETURNING 'x'")
      let status = await failure { () throws(Status) in
        try await client.users.getUser(.user(ada))
      }
      #expect(status.reason == "PERMISSION_MISSING")
    }
  }
}

@Suite struct `The last administrator` {
  @Test func `is not locked, and the one before is`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let (ada, _) = try await world.person("super_admin", in: organization, email: "a@example.com")
      let (bob, _) = try await world.person("super_admin", in: organization, email: "b@example.com")
      #expect(try await world.root.users.lockUser(.user(ada)).changed)
      let status = await failure { () throws(Status) in
        try await world.root.users.lockUser(.user(bob))
      }
      #expect(status.code == .failedPrecondition)
      #expect(status.reason == "LAST_ADMINISTRATOR")
      #expect(try await world.count("roster.users WHERE locked_at IS NOT NULL") == 1)
    }
  }
}
