import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Deleting a role` {
  @Test func `ends its grants and requests, and frees its key and name`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", ["events.read:all"], in: acme)
      let ada = try await world.user("ada@example.com", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      try await world.give(role, to: ada)
      try await world.give(role, toGroup: try await world.group("g", [bob], in: acme))
      _ = try await world.root.roles.requestRole(
        .with {
          $0.organizationID = acme.organizationID
          $0.roleID = role.roleID
          $0.userID = bob.userID
          $0.justification = "why not"
        })
      let deleted = try await world.root.roles.deleteRole(.role(role))
      #expect(deleted.changed && deleted.holderCount == 2 && !deleted.lastAdministrator)
      #expect(try await world.rights(ada) == [])
      #expect(try await world.rights(bob) == [])
      #expect(try await world.count("roster.role_grants WHERE revoked_at IS NOT NULL") == 2)
      #expect(try await world.count("roster.role_requests WHERE state = 'denied'") == 1)
      #expect(try await world.count("roster.events WHERE action = 'grant.revoked'") == 2)
      #expect(
        try await world.count("roster.access_feed WHERE key = '\(ada.userID)' AND narrowing") == 1)
      let gone = await failure { () throws(Status) in
        try await world.root.roles.deleteRole(.role(role))
      }
      #expect(gone.reason == "ROLE_NOT_FOUND")
      try await world.custom("auditor", in: acme)
    }
  }

  @Test func `is previewed with those who would lose it`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", ["events.read:all"], in: acme)
      var members: [Roster_V1_User] = []
      for number in 1...3 {
        members.append(try await world.user("u\(number)@example.com", in: acme))
      }
      try await world.give(role, to: members[0])
      try await world.give(role, toGroup: try await world.group("g", members, in: acme))
      let preview = try await world.root.roles.deleteRole(
        .with {
          $0.organizationID = acme.organizationID
          $0.roleID = role.roleID
          $0.validateOnly = true
        })
      #expect(preview.holderCount == 3)
      #expect(preview.holderIds == members.map(\.userID).sorted())
      #expect(try await world.rights(members[2]) == ["events.read:all"])
    }
  }

  @Test func `counts all and names the first 100`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", in: acme)
      _ = try await world.ask(
        """
        WITH made AS (
          INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
            family_name, display_name, avatar_url, locale, attributes, created_at, updated_at)
          SELECT '\(acme.organizationID)', md5('u' || n)::uuid, 'human', 'manual', 'active', '',
                 '', '', '', '', '{}', now(), now()
            FROM generate_series(1, 101) AS n RETURNING user_id)
        SELECT 'x' FROM made
        """)
      _ = try await world.ask(
        """
        INSERT INTO roster.role_grants (organization_id, grant_id, role_id, user_id, source,
          valid_from, justification, granted_by_kind, granted_by, created_at)
        SELECT organization_id, user_id, '\(role.roleID)', user_id, 'manual', now(), '', 'system',
               user_id, now()
          FROM roster.users RETURNING 'x'
        """)
      let preview = try await world.root.roles.deleteRole(
        .with {
          $0.organizationID = acme.organizationID
          $0.roleID = role.roleID
          $0.validateOnly = true
        })
      #expect(preview.holderCount == 101 && preview.holderIds.count == 100)
    }
  }

  @Test func `of the last administrator is told by the preview, and refused`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", with: "super_admin", in: acme)
      let role = try await world.role("super_admin", in: acme)
      var request = Roster_V1_DeleteRoleRequest.role(role)
      request.validateOnly = true
      #expect(try await world.acting(ada).roles.deleteRole(request).lastAdministrator)
      request.validateOnly = false
      let status = await failure { () throws(Status) in
        try await world.acting(ada).roles.deleteRole(request)
      }
      #expect(status.reason == "LAST_ADMINISTRATOR")
      #expect(try await world.administrators(in: acme))
    }
  }
}

@Suite struct `Another role template` {
  @Test func `adds its roles whose keys no role has, and leaves the others`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let before = try await world.role("admin", in: acme)
      _ = try await world.root.organizations.updateOrganizationSettings(
        .with {
          $0.organizationID = acme.organizationID
          $0.settings.roleTemplate = .readonlyTrainConfigureAdmin
        })
      let roles = try await world.root.roles.listRoles(
        .with { $0.organizationID = acme.organizationID }
      ).roles
      #expect(
        roles.map(\.key)
          == [
            "super_admin", "admin", "configure", "manager", "train", "readonly", "user",
          ])
      #expect(try await world.role("admin", in: acme) == before)
      #expect(
        try await world.eventActions()
          == ["organization.created", "organization.settings_updated"])
    }
  }

  @Test func `is refused when one of its names is another role's`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      var request = Roster_V1_CreateRoleRequest.role("x", in: acme)
      request.role.name = "CONFIGURE"
      _ = try await world.root.roles.createRole(request)
      let status = await failure { () throws(Status) in
        try await world.root.organizations.updateOrganizationSettings(
          .with {
            $0.organizationID = acme.organizationID
            $0.settings.roleTemplate = .readonlyTrainConfigureAdmin
          })
      }
      #expect(status.reason == "ROLE_NAME_ALREADY_EXISTS")
      #expect(try await world.count("roster.roles WHERE key = 'train'") == 0)
    }
  }
}
