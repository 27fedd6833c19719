import API
import Domain
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Creating a role` {
  @Test func `makes a custom one with its rights, and tells of it`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let request = Roster_V1_CreateRoleRequest.role(
        "auditor", rank: 150, ["events.read:all", "users.read:group"], in: acme)
      let created = try await world.root.roles.createRole(request)
      #expect(created.changed)
      #expect(created.role.kind == .custom)
      #expect(created.role.rights.map(\.permission) == ["events.read", "users.read"])
      #expect(created.role.rank == 150 && created.role.etag == "1")
      let read = try await world.root.roles.getRole(
        .with {
          $0.organizationID = acme.organizationID
          $0.roleID = created.role.roleID
        })
      #expect(read.role == created.role)
      #expect(try await world.eventActions().last == "role.created")
    }
  }

  @Test func `takes rights of the catalogue only, in the scopes that it allows`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      _ = try await world.ask(
        """
        INSERT INTO roster.permissions (permission, position, description, scopes, built_in,
          retired_at)
        VALUES ('agents.old', 255, '', '{all}', false, now()) RETURNING 'x'
        """)
      for (right, reason, field) in [
        ("agents.none:all", "PERMISSION_UNKNOWN", "role.rights[0].permission"),
        ("agents.old:all", "PERMISSION_UNKNOWN", "role.rights[0].permission"),
        ("Agents:all", "PERMISSION_UNKNOWN", "role.rights[0].permission"),
        ("roles.edit:group", "SCOPE_NOT_ALLOWED", "role.rights[0].scope"),
        ("roles.edit:none", "FIELD_REQUIRED", "role.rights[0].scope"),
      ] {
        let status = await failure { () throws(Status) in
          try await world.root.roles.createRole(.role("x", [right], in: acme))
        }
        #expect(status.reason == reason, "\(right)")
        #expect(status.badFields == [field])
      }
    }
  }

  @Test func `is refused with a name or key that is taken, and a key that is none`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      var request = Roster_V1_CreateRoleRequest.role("admin", in: acme)
      let key = await failure { () throws(Status) in try await world.root.roles.createRole(request)
      }
      #expect(key.reason == "ROLE_KEY_ALREADY_EXISTS" && key.metadata["key"] == "admin")
      request.key = "other"
      request.role.name = "ｍａｎａｇｅｒ"
      let name = await failure { () throws(Status) in
        try await world.root.roles.createRole(request)
      }
      #expect(name.reason == "ROLE_NAME_ALREADY_EXISTS")
      request.key = "No Key"
      let malformed = await failure { () throws(Status) in
        try await world.root.roles.createRole(request)
      }
      #expect(malformed.reason == "ROLE_KEY_INVALID")
      request.key = "other"
      request.role.name = " "
      let blank = await failure { () throws(Status) in
        try await world.root.roles.createRole(request)
      }
      #expect(blank.badFields == ["role.name"])
    }
  }

  @Test func `is refused past 500 roles, and not at it`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      _ = try await world.ask(
        """
        INSERT INTO roster.roles (organization_id, role_id, key, aliases, name, description, kind,
          rank, created_at, updated_at)
        SELECT '\(acme.organizationID)', gen_random_uuid(), 'k' || n, '{}', 'k' || n, '', 'custom',
               0, now(), now()
          FROM generate_series(1, 495) AS n RETURNING 'x'
        """)
      let last = try await world.custom("last", in: acme)
      let past = await failure { () throws(Status) in
        try await world.root.roles.createRole(.role("past", in: acme))
      }
      #expect(past.reason == "ROLES_TOO_MANY" && past.code == .failedPrecondition)
      _ = try await world.root.roles.deleteRole(.role(last))
      try await world.custom("again", in: acme)
    }
  }

  @Test func `gives no right that the acting person lacks, and no higher rank`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let editor = try await world.custom(
        "editor", rank: 300, ["roles.edit:all", "users.read:group"], in: acme)
      let eve = try await world.user("eve@example.com", in: acme)
      try await world.give(editor, to: eve)
      let roles = world.acting(eve).roles
      let wider = await failure { () throws(Status) in
        try await roles.createRole(.role("x", ["users.read:all"], in: acme))
      }
      #expect(wider.reason == "RIGHTS_EXCEEDED" && wider.metadata["right"] == "users.read:all")
      let higher = await failure { () throws(Status) in
        try await roles.createRole(.role("x", rank: 301, [], in: acme))
      }
      #expect(higher.reason == "RANK_TOO_LOW")
      #expect(
        try await roles.createRole(.role("x", rank: 300, ["users.read:group"], in: acme)).changed)
    }
  }
}

@Suite struct `Listing roles` {
  @Test func `goes from the highest rank, then by name, and searches names`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      try await world.custom("zebra", rank: 400, in: acme)
      try await world.custom("apple", rank: 400, in: acme)
      var request = Roster_V1_ListRolesRequest.with { $0.organizationID = acme.organizationID }
      let all = try await world.root.roles.listRoles(request).roles
      #expect(
        all.map(\.key)
          == ["super_admin", "apple", "zebra", "admin", "manager", "user"])
      #expect(all.allSatisfy { $0.rights.isEmpty && !$0.hasHolders })
      request.search = "ADMIN"
      request.withRights = true
      let found = try await world.root.roles.listRoles(request).roles
      #expect(found.map(\.key) == ["super_admin", "admin"])
      #expect(found.allSatisfy { !$0.rights.isEmpty })
    }
  }

  @Test func `counts the users and groups that have each role now`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", in: acme)
      let ada = try await world.user("ada@example.com", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      try await world.give(role, to: ada)
      let ended = try await world.give(role, to: bob)
      _ = try await world.root.roles.revokeGrant(.grant(ended))
      try await world.give(role, toGroup: try await world.group("g", [bob], in: acme))
      let roles = try await world.root.roles.listRoles(
        .with {
          $0.organizationID = acme.organizationID
          $0.search = "auditor"
          $0.withHolders = true
        }
      ).roles
      #expect(roles.map(\.holders.userCount) == [1])
      #expect(roles.map(\.holders.groupCount) == [1])
    }
  }
}

@Suite struct `Updating a role` {
  @Test func `writes what the mask names, for everybody who has it`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", ["events.read:all"], in: acme)
      let ada = try await world.user("ada@example.com", in: acme)
      try await world.give(role, to: ada)
      let updated = try await world.root.roles.updateRole(
        .role(
          role, mask: ["rights", "name"],
          .with {
            $0.name = "Examiner"
            $0.rank = 900
            $0.rights = [Roster_V1_Right("users.read:all")]
          }))
      #expect(updated.changed)
      #expect(updated.role.name == "Examiner" && updated.role.rank == 100)
      #expect(try await world.rights(ada) == ["users.read:all"])
      #expect(try await world.eventActions().last == "role.updated")
    }
  }

  @Test func `feeds the replicas of a right taken away, and of none when none is`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", ["events.read:all"], in: acme)
      let narrowing = "roster.access_feed WHERE key = '\(role.roleID)' AND narrowing"
      var fields = Roster_V1_RoleFields.with {
        $0.rights = ["events.read:all", "users.read:all"].map { Roster_V1_Right($0) }
      }
      _ = try await world.root.roles.updateRole(.role(role, fields))
      #expect(try await world.count(narrowing) == 0)
      fields.rights.removeFirst()
      _ = try await world.root.roles.updateRole(.role(role, fields))
      #expect(try await world.count(narrowing) == 1)
      // Whoever repeats it waits as well.
      #expect(try await !world.root.roles.updateRole(.role(role, fields)).changed)
      #expect(try await world.count(narrowing) == 2)
    }
  }

  @Test func `keeps a retired right, and adds none`() async throws {
    try await World.with { world in
      try await world.addProductPermissions()
      let acme = try await world.organization()
      let role = try await world.custom("trainer", ["agents.train:all"], in: acme)
      _ = try await world.ask(
        "UPDATE roster.permissions SET retired_at = now() WHERE permission LIKE 'agents.%' "
          + "RETURNING 'x'")
      let kept = try await world.root.roles.updateRole(
        .role(
          role,
          .with { $0.rights = ["agents.train:all", "users.read:all"].map { Roster_V1_Right($0) } }))
      #expect(kept.role.rights.count == 2)
      let status = await failure { () throws(Status) in
        try await world.root.roles.updateRole(
          .role(role, .with { $0.rights = [Roster_V1_Right("agents.use:all")] }))
      }
      #expect(status.reason == "PERMISSION_UNKNOWN")
    }
  }

  @Test func `is refused for a role of a higher rank, and for rights not held for good`()
    async throws
  {
    try await World.with { world in
      let acme = try await world.organization()
      let editor = try await world.custom("editor", rank: 300, ["roles.edit:all"], in: acme)
      let reader = try await world.custom("reader", rank: 100, ["users.read:all"], in: acme)
      let eve = try await world.user("eve@example.com", in: acme)
      try await world.give(editor, to: eve)
      let roles = world.acting(eve).roles
      let superAdmin = try await world.role("super_admin", in: acme)
      let higher = await failure { () throws(Status) in
        try await roles.updateRole(.role(superAdmin, mask: ["rank"], .init()))
      }
      #expect(higher.reason == "RANK_TOO_LOW")
      let added = Roster_V1_RoleFields.with {
        $0.rights = ["users.read:all", "users.export:self"].map { Roster_V1_Right($0) }
      }
      let lacking = await failure { () throws(Status) in
        try await roles.updateRole(.role(reader, added))
      }
      #expect(lacking.reason == "RIGHTS_EXCEEDED")
      // A right that the role has already is no gift.
      #expect(
        try await roles.updateRole(.role(reader, .with { $0.description_p = "reads" })).changed)
      let exporter = try await world.custom("exporter", rank: 100, ["users.export:all"], in: acme)
      _ = try await world.root.roles.grantRole(
        .with {
          $0.organizationID = acme.organizationID
          $0.roleID = exporter.roleID
          $0.userID = eve.userID
          $0.expireTime = .init(World.wallClock().advanced(by: .seconds(3_600)))
        })
      let sooner = await failure { () throws(Status) in
        try await roles.updateRole(.role(reader, added))
      }
      #expect(sooner.reason == "RIGHTS_EXPIRE_SOONER")
      #expect(sooner.metadata["right"] == "users.export:self")
    }
  }

  @Test func `with a stale etag is ABORTED`() async throws {
    try await World.with { world in
      let role = try await world.custom("auditor", in: try await world.organization())
      var request = Roster_V1_UpdateRoleRequest.role(role, .with { $0.rank = 1 })
      request.etag = "7"
      let status = await failure { () throws(Status) in
        try await world.root.roles.updateRole(request)
      }
      #expect(status.reason == "ETAG_MISMATCH")
    }
  }

  @Test(arguments: [("key", "FIELD_NOT_WRITABLE"), ("color", "FIELD_MASK_INVALID")])
  func `is refused for a path that no update writes`(path: String, reason: String) async throws {
    try await World.with { world in
      let role = try await world.custom("auditor", in: try await world.organization())
      let status = await failure { () throws(Status) in
        try await world.root.roles.updateRole(.role(role, mask: [path], .init()))
      }
      #expect(status.reason == reason)
    }
  }
}
