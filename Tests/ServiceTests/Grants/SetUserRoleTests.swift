import API
import Domain
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Setting a user's role` {
  @Test func `replaces the user's own by one, and says what is gained and lost`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let old = try await world.custom("old", ["users.read:all", "events.read:self"], in: acme)
      let other = try await world.custom("other", ["groups.read:all"], in: acme)
      let byGroup = try await world.custom("team", ["groups.read:group"], in: acme)
      let new = try await world.custom(
        "new", ["users.read:self", "users.edit:self", "groups.read:group"], in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      let grants = [try await world.give(old, to: bob), try await world.give(other, to: bob)]
      try await world.give(byGroup, toGroup: try await world.group("g", [bob], in: acme))

      var request = Roster_V1_SetUserRoleRequest.role(new, of: bob)
      request.validateOnly = true
      let preview = try await world.root.roles.setUserRole(request)
      #expect(preview.changed)
      #expect(preview.gained == [Roster_V1_Right("users.edit:self")])
      // What a group still gives is not lost, and what is held in a wider scope is not gained.
      #expect(
        preview.lost
          == ["events.read:self", "groups.read:all", "users.read:all"].map {
            Roster_V1_Right($0)
          })
      #expect(preview.endedGrantIds == grants.map(\.grantID))
      #expect(try await world.rights(bob).contains("users.read:all"))

      request.validateOnly = false
      let done = try await world.root.roles.setUserRole(request)
      #expect(done.gained == preview.gained && done.lost == preview.lost)
      #expect(
        try await world.rights(bob)
          == ["groups.read:group", "users.edit:self", "users.read:self"])
      let again = try await world.root.roles.setUserRole(request)
      #expect(!again.changed && again.grant == done.grant)
      #expect(again.gained.isEmpty && again.lost.isEmpty && again.endedGrantIds.isEmpty)
      #expect(try await world.count("roster.events WHERE action = 'grant.revoked'") == 2)
    }
  }

  @Test func `makes a role that would end the user's for good`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let role = try await world.custom("a", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      var request = Roster_V1_GrantRoleRequest.role(role, to: bob)
      request.expireTime = .init(World.wallClock().advanced(by: .seconds(60)))
      let short = try await world.root.roles.grantRole(request).grant
      let done = try await world.root.roles.setUserRole(.role(role, of: bob))
      #expect(done.changed && done.endedGrantIds == [short.grantID])
      #expect(!done.grant.hasExpireTime)
    }
  }

  @Test func `of the last administrator is told by the preview, and refused`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme", settings: .with { $0.roleMode = .single })
      let ada = try await world.user("ada@example.com", with: "super_admin", in: acme)
      let user = try await world.role("user", in: acme)
      var request = Roster_V1_SetUserRoleRequest.role(user, of: ada)
      request.validateOnly = true
      #expect(try await world.acting(ada).roles.setUserRole(request).lastAdministrator)
      request.validateOnly = false
      let status = await failure { () throws(Status) in
        try await world.acting(ada).roles.setUserRole(request)
      }
      #expect(status.reason == "LAST_ADMINISTRATOR")
      #expect(try await world.rights(ada).contains("roles.edit:all"))
      // One that stays an administrator is no loss.
      let same = try await world.custom("chief", rank: 400, ["roles.edit:all"], in: acme)
      var other = Roster_V1_SetUserRoleRequest.role(same, of: ada)
      other.validateOnly = true
      #expect(try await !world.root.roles.setUserRole(other).lastAdministrator)
      other.validateOnly = false
      #expect(try await world.root.roles.setUserRole(other).changed)
    }
  }

  @Test func `is refused for a user of a higher rank, and for a role beyond one's own`()
    async throws
  {
    try await World.with { world in
      let acme = try await world.organization()
      let admin = try await world.user("ada@example.com", with: "admin", in: acme)
      let chief = try await world.user("kim@example.com", with: "super_admin", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      let (user, high) = (
        try await world.role("user", in: acme), try await world.role("super_admin", in: acme)
      )
      let outranked = await failure { () throws(Status) in
        try await world.acting(admin).roles.setUserRole(.role(user, of: chief))
      }
      #expect(outranked.reason == "RANK_TOO_LOW")
      let beyond = await failure { () throws(Status) in
        try await world.acting(admin).roles.setUserRole(.role(high, of: bob))
      }
      #expect(beyond.reason == "RIGHTS_EXCEEDED")
      let own = await failure { () throws(Status) in
        try await world.acting(admin).roles.setUserRole(.role(high, of: admin))
      }
      #expect(own.reason == "RIGHTS_EXCEEDED")
    }
  }

  @Test func `is refused where groups carry the roles`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme", settings: .with { $0.roleMode = .groups })
      let bob = try await world.user("bob@example.com", in: acme)
      let user = try await world.role("user", in: acme)
      let status = await failure { () throws(Status) in
        try await world.root.roles.setUserRole(.role(user, of: bob))
      }
      #expect(status.reason == "ROLES_BY_GROUPS_ONLY")
    }
  }
}
