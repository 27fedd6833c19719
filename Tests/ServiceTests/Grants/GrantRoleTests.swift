import API
import Domain
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Granting a role` {
  @Test func `gives it to a user, and tells who gave what until when`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", ["events.read:all"], in: acme)
      let ada = try await world.user("ada@example.com", with: "super_admin", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      var request = Roster_V1_GrantRoleRequest.role(role, to: bob)
      request.justification = "audit of May"
      request.expireTime = .init(World.wallClock().advanced(by: .seconds(3_600)))
      let given = try await world.acting(ada).roles.grantRole(request)
      #expect(given.changed)
      #expect(given.grant.userID == bob.userID && given.grant.roleID == role.roleID)
      #expect(given.grant.source == .manual && given.grant.justification == "audit of May")
      #expect(given.grant.expireTime == request.expireTime)
      #expect(given.grant.grantedBy.kind == "user" && given.grant.grantedBy.id == ada.userID)
      #expect(!given.grant.hasRevokeTime)
      #expect(try await world.rights(bob) == ["events.read:all"])
      #expect(try await world.eventActions().last == "grant.created")
    }
  }

  @Test func `repeated changes nothing, and a longer one stands beside the shorter`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      var request = Roster_V1_GrantRoleRequest.role(role, to: bob)
      request.expireTime = .init(World.wallClock().advanced(by: .seconds(3_600)))
      let short = try await world.root.roles.grantRole(request)
      let again = try await world.root.roles.grantRole(request)
      #expect(!again.changed && again.grant == short.grant)
      request.clearExpireTime()
      let long = try await world.root.roles.grantRole(request)
      #expect(long.changed && long.grant.grantID != short.grant.grantID)
      request.expireTime = short.grant.expireTime
      #expect(try await world.root.roles.grantRole(request).grant.grantID == short.grant.grantID)
      #expect(try await world.count("roster.events WHERE action = 'grant.created'") == 2)
    }
  }

  @Test func `gives members of a group the union of their roles`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("g", [ada], in: acme)
      try await world.give(
        try await world.custom("a", ["users.read:group"], in: acme), toGroup: group)
      try await world.give(try await world.custom("b", ["events.read:self"], in: acme), to: ada)
      #expect(try await world.rights(ada) == ["events.read:self", "users.read:group"])
    }
  }

  @Test func `begins later when it says so`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", ["events.read:all"], in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      var request = Roster_V1_GrantRoleRequest.role(role, to: bob)
      request.validFrom = .init(World.wallClock().advanced(by: .seconds(3_600)))
      let given = try await world.root.roles.grantRole(request)
      #expect(given.grant.validFrom == request.validFrom)
      #expect(try await world.rights(bob) == [])
      _ = try await world.ask(
        "UPDATE roster.role_grants SET valid_from = now() - interval '1 s' RETURNING 'x'")
      #expect(try await world.rights(bob) == ["events.read:all"])
    }
  }

  @Test func `is refused with a time that has passed, or none at all`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      for seconds: Int64 in [1, 400_000_000_000] {
        var request = Roster_V1_GrantRoleRequest.role(role, to: bob)
        request.expireTime.seconds = seconds
        let status = await failure { () throws(Status) in
          try await world.root.roles.grantRole(request)
        }
        #expect(status.reason == "TIME_INVALID" && status.badFields == ["expire_time"])
      }
      var nobody = Roster_V1_GrantRoleRequest.role(role, to: bob)
      nobody.holder = nil
      let status = await failure { () throws(Status) in
        try await world.root.roles.grantRole(nobody)
      }
      #expect(status.reason == "FIELD_REQUIRED" && status.badFields == ["holder"])
    }
  }

  @Test func `is refused past 200 grants that have not ended, and not at it`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", in: acme)
      let other = try await world.custom("other", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      _ = try await world.ask(
        """
        INSERT INTO roster.role_grants (organization_id, grant_id, role_id, user_id, source,
          valid_from, expires_at, justification, granted_by_kind, granted_by, created_at)
        SELECT '\(acme.organizationID)', gen_random_uuid(), '\(role.roleID)', '\(bob.userID)',
               'manual', now() - interval '2 h',
               CASE n WHEN 1 THEN now() - interval '1 h' ELSE now() + interval '1 h' END, '',
               'system', '\(bob.userID)', now()
          FROM generate_series(1, 200) AS n RETURNING 'x'
        """)
      try await world.give(other, to: bob)
      let third = try await world.custom("third", in: acme)
      let status = await failure { () throws(Status) in
        try await world.root.roles.grantRole(.role(third, to: bob))
      }
      #expect(status.reason == "GRANTS_TOO_MANY" && status.code == .failedPrecondition)
    }
  }

  @Test func `of one's own rights only, for as long as one has them`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", ["events.read:all"], in: acme)
      let giver = try await world.custom("giver", rank: 100, ["grants.edit:all"], in: acme)
      let eve = try await world.user("eve@example.com", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      try await world.give(giver, to: eve)
      let roles = world.acting(eve).roles
      let lacking = await failure { () throws(Status) in
        try await roles.grantRole(.role(role, to: bob))
      }
      #expect(lacking.reason == "RIGHTS_EXCEEDED" && lacking.code == .permissionDenied)

      let end = World.wallClock().advanced(by: .seconds(3_600))
      var own = Roster_V1_GrantRoleRequest.role(role, to: eve)
      own.expireTime = .init(end)
      _ = try await world.root.roles.grantRole(own)
      var request = Roster_V1_GrantRoleRequest.role(role, to: bob)
      for expiry in [nil, end.advanced(by: .milliseconds(1))] {
        if let expiry { request.expireTime = .init(expiry) }
        let sooner = await failure { () throws(Status) in try await roles.grantRole(request) }
        #expect(sooner.reason == "RIGHTS_EXPIRE_SOONER")
      }
      // Nor to oneself: what ends would not end.
      let prolonged = await failure { () throws(Status) in
        try await roles.grantRole(.role(role, to: eve))
      }
      #expect(prolonged.reason == "RIGHTS_EXPIRE_SOONER")
      request.expireTime = .init(end)
      #expect(try await roles.grantRole(request).changed)
    }
  }

  @Test func `that means the holder's groups is not given to members of others`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let giver = try await world.custom(
        "giver", rank: 300, ["grants.edit:all", "users.edit:group"], in: acme)
      let editor = try await world.custom("editor", ["users.edit:group"], in: acme)
      let eve = try await world.user("eve@example.com", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      try await world.give(giver, to: eve)
      let own = try await world.group("own", [eve, bob], in: acme)
      let roles = world.acting(eve).roles
      #expect(try await roles.grantRole(.role(editor, to: bob)).changed)
      let kim = try await world.user("kim@example.com", in: acme)
      _ = try await world.group("other", [kim], in: acme)
      let toOther = await failure { () throws(Status) in
        try await roles.grantRole(.role(editor, to: kim))
      }
      #expect(toOther.reason == "RIGHTS_EXCEEDED")
      #expect(toOther.metadata["right"] == "users.edit:all")
      let toGroup = await failure { () throws(Status) in
        try await roles.grantRole(.role(editor, toGroup: own))
      }
      #expect(toGroup.reason == "RIGHTS_EXCEEDED")
    }
  }

  @Test func `reaches nobody outside of one's groups`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.role("user", in: acme)
      let manager = try await world.user("mia@example.com", with: "manager", in: acme)
      let member = try await world.user("bob@example.com", in: acme)
      let stranger = try await world.user("kim@example.com", in: acme)
      let own = try await world.group("own", [manager, member], in: acme)
      let other = try await world.group("other", [stranger], in: acme)
      let roles = world.acting(manager).roles
      #expect(try await roles.grantRole(.role(role, to: member)).changed)
      #expect(try await roles.grantRole(.role(role, toGroup: own)).changed)
      let user = await failure { () throws(Status) in
        try await roles.grantRole(.role(role, to: stranger))
      }
      #expect(user.reason == "USER_NOT_FOUND")
      let group = await failure { () throws(Status) in
        try await roles.grantRole(.role(role, toGroup: other))
      }
      #expect(group.reason == "GROUP_NOT_FOUND")
    }
  }

  @Test func `follows the organization's role mode`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme", settings: .with { $0.roleMode = .single })
      let bob = try await world.user("bob@example.com", with: "user", in: acme)
      let manager = try await world.role("manager", in: acme)
      let second = await failure { () throws(Status) in
        try await world.root.roles.grantRole(.role(manager, to: bob))
      }
      #expect(second.reason == "USER_ROLE_SINGLE" && second.message.contains("SetUserRole"))
      _ = try await world.root.organizations.updateOrganizationSettings(
        .with {
          $0.organizationID = acme.organizationID
          $0.settings.roleMode = .groups
        })
      let own = await failure { () throws(Status) in
        try await world.root.roles.grantRole(.role(manager, to: bob))
      }
      #expect(own.reason == "ROLES_BY_GROUPS_ONLY")
      let group = try await world.group("g", [bob], in: acme)
      try await world.give(manager, toGroup: group)
    }
  }
}

@Suite struct `Revoking a grant` {
  @Test func `takes the role away, once, and tells who did`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", ["events.read:all"], in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      let grant = try await world.give(role, to: bob)
      let revoked = try await world.root.roles.revokeGrant(.grant(grant))
      #expect(revoked.changed && revoked.grant.hasRevokeTime)
      #expect(revoked.grant.revokedBy.kind == "service_token")
      #expect(try await world.rights(bob) == [])
      let fed = "roster.access_feed WHERE key = '\(bob.userID)' AND narrowing"
      #expect(try await world.count(fed) == 1)
      let again = try await world.root.roles.revokeGrant(.grant(grant))
      #expect(!again.changed && again.grant == revoked.grant)
      #expect(try await world.count(fed) == 2)
      #expect(try await world.count("roster.events WHERE action = 'grant.revoked'") == 1)
    }
  }

  @Test func `of a group takes it from the members, and feeds the group`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("auditor", ["events.read:all"], in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      let group = try await world.group("g", [bob], in: acme)
      let grant = try await world.give(role, toGroup: group)
      _ = try await world.root.roles.revokeGrant(.grant(grant))
      #expect(try await world.rights(bob) == [])
      #expect(
        try await world.count(
          "roster.access_feed WHERE kind = 3 AND key = '\(group)' AND narrowing") == 1)
    }
  }

  @Test func `is refused for a higher role, and hidden out of reach`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let manager = try await world.user("mia@example.com", with: "manager", in: acme)
      let admin = try await world.user("ada@example.com", with: "admin", in: acme)
      let stranger = try await world.user("kim@example.com", in: acme)
      let own = try await world.group("own", [manager], in: acme)
      let high = try await world.role("super_admin", in: acme)
      let toStranger = try await world.give(try await world.role("user", in: acme), to: stranger)
      let toGroup = try await world.give(try await world.role("manager", in: acme), toGroup: own)
      _ = try await world.user("root@example.com", with: "super_admin", in: acme)
      var later = Roster_V1_GrantRoleRequest.role(high, to: stranger)
      later.validFrom = .init(World.wallClock().advanced(by: .seconds(3_600)))
      let future = try await world.root.roles.grantRole(later).grant
      for (actor, grant, reason) in [
        (manager, toStranger, "GRANT_NOT_FOUND"), (manager, toGroup, "RANK_TOO_LOW"),
        (admin, future, "RANK_TOO_LOW"),
      ] {
        let status = await failure { () throws(Status) in
          try await world.acting(actor).roles.revokeGrant(.grant(grant))
        }
        #expect(status.reason == reason)
      }
    }
  }

  @Test func `of one's own is for everybody who may take roles away`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let mia = try await world.user("mia@example.com", in: acme)
      let grant = try await world.give(try await world.role("manager", in: acme), to: mia)
      #expect(try await world.acting(mia).roles.revokeGrant(.grant(grant)).changed)
      #expect(try await world.rights(mia) == [])
    }
  }

  @Test func `of the last administrator is refused, a narrowed group's too`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.role("super_admin", in: acme)
      let ada = try await world.user("ada@example.com", in: acme)
      let own = try await world.give(role, to: ada)
      let status = await failure { () throws(Status) in
        try await world.acting(ada).roles.revokeGrant(.grant(own))
      }
      #expect(status.reason == "LAST_ADMINISTRATOR")
      let byGroup = try await world.give(
        role, toGroup: try await world.group("admins", [ada], in: acme))
      #expect(try await world.root.roles.revokeGrant(.grant(own)).changed)
      let last = await failure { () throws(Status) in
        try await world.root.roles.revokeGrant(.grant(byGroup))
      }
      #expect(last.reason == "LAST_ADMINISTRATOR")
    }
  }
}
