import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Deleting a group` {
  @Test func `takes its memberships and grants, and leaves the users`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      _ = try await world.root.groups.addMember(.member(ada, of: group))
      _ = try await world.grant(["users.read:all"], to: ("group_id", group.groupID), in: acme)
      let before = try await world.count("roster.role_grants")
      let response = try await world.root.groups.deleteGroup(.group(group))
      #expect(response.changed)
      #expect(response.group.memberCount == 1)
      let gone = await failure { () throws(Status) in
        try await world.root.groups.getGroup(.group(group))
      }
      #expect(gone.reason == "GROUP_NOT_FOUND")
      #expect(try await world.root.users.getUser(.user(ada)).user == ada)
      #expect(try await world.count("roster.group_members") == 0)
      #expect(try await world.count("roster.role_grants") == before - 1)
      #expect(try await world.eventActions().last == "group.deleted")
      #expect(
        try await world.ask(
          "SELECT DISTINCT kind FROM roster.access_feed WHERE key = '\(group.groupID)' "
            + "AND narrowing") == ["3"])
    }
  }

  @Test func `repeated by request id answers the same, and feeds the replicas again`()
    async throws
  {
    try await World.with { world in
      let group = try await world.group("Support", in: try await world.organization())
      var request = Roster_V1_DeleteGroupRequest.group(group)
      request.requestID = freshID()
      let first = try await world.root.groups.deleteGroup(request)
      #expect(try await world.root.groups.deleteGroup(request) == first)
      #expect(
        try await world.count("roster.access_feed WHERE key = '\(group.groupID)' AND narrowing")
          == 2)
    }
  }

  @Test func `tells before, by a preview, who loses what`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      var users: [Roster_V1_User] = []
      for name in ["ada", "bob", "cyd", "dan", "eve"] {
        users.append(try await world.user("\(name)@example.com", in: acme))
      }
      let group = try await world.group("Support", in: acme)
      let other = try await world.group("Sales", in: acme)
      for user in users { _ = try await world.root.groups.addMember(.member(user, of: group)) }
      let role = try await world.grant(
        ["users.read:group", "groups.read:all"], to: ("group_id", group.groupID), in: acme)
      // bob keeps one of the permissions, further; cyd has the role itself; dan has it by another
      // group; eve is suspended and loses nothing that she can use.
      _ = try await world.grant(["users.read:all"], to: ("user_id", users[1].userID), in: acme)
      for holder in [("user_id", users[2].userID), ("group_id", other.groupID)] {
        _ = try await world.ask(
          """
          INSERT INTO roster.role_grants (organization_id, grant_id, role_id, \(holder.0), source,
            valid_from, justification, granted_by_kind, granted_by, created_at)
          VALUES ('\(acme.organizationID)', '\(freshID())', '\(role)', '\(holder.1)', 'manual',
            now(), '', 'user', '\(role)', now()) RETURNING 'x'
          """)
      }
      _ = try await world.root.groups.addMember(.member(users[3], of: other))
      _ = try await world.ask(
        "UPDATE roster.group_members SET suspended_at = now() "
          + "WHERE user_id = '\(users[4].userID)' RETURNING 'x'")

      var request = Roster_V1_DeleteGroupRequest.group(group)
      request.validateOnly = true
      let impact = try await world.root.groups.deleteGroup(request).impact
      #expect(impact.memberCount == 4)
      #expect(impact.roles.map(\.roleID) == [role])
      #expect(impact.losses.map(\.email) == ["ada@example.com", "bob@example.com"])
      #expect(impact.losses.map(\.roleIds) == [[role], [role]])
      #expect(
        impact.losses.map { $0.permissions.map { "\($0.permission):\($0.scope)" } }
          == [["groups.read:all", "users.read:group"], ["groups.read:all"]])
      #expect(!impact.moreLosses)
      #expect(!impact.lastAdministrator)
      #expect(try await world.root.groups.getGroup(.group(group)).group.memberCount == 4)
      request.validateOnly = false
      #expect(try await world.root.groups.deleteGroup(request).impact == impact)
    }
  }

  @Test func `names 100 who lose, and says that there are more`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let group = try await world.group("Support", in: acme)
      _ = try await world.grant(["users.read:all"], to: ("group_id", group.groupID), in: acme)
      var ids: [String] = []
      for number in 0...100 {
        ids.append(try await world.user("u\(number)@example.com", in: acme).userID)
      }
      _ = try await world.root.groups.batchAddMembers(
        .with {
          $0.organizationID = acme.organizationID
          $0.groupID = group.groupID
          $0.userIds = ids
        })
      let impact = try await world.root.groups.deleteGroup(.group(group)).impact
      #expect(impact.losses.map(\.userID) == Array(ids.sorted().prefix(100)))
      #expect(impact.moreLosses)
    }
  }

  @Test func `is refused when the last administrator would go, and its preview says so`()
    async throws
  {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Admins", in: acme)
      _ = try await world.root.groups.addMember(.member(ada, of: group))
      _ = try await world.grant(["roles.edit:all"], to: ("group_id", group.groupID), in: acme)
      var request = Roster_V1_DeleteGroupRequest.group(group)
      request.validateOnly = true
      #expect(try await world.root.groups.deleteGroup(request).impact.lastAdministrator)
      let deleting = await failure { () throws(Status) in
        try await world.root.groups.deleteGroup(.group(group))
      }
      #expect(deleting.reason == "LAST_ADMINISTRATOR")
      let removing = await failure { () throws(Status) in
        try await world.root.groups.removeMember(.member(ada, of: group))
      }
      #expect(removing.reason == "LAST_ADMINISTRATOR")
      let setting = await failure { () throws(Status) in
        try await world.root.groups.setUserGroups(.user(ada, []))
      }
      #expect(setting.reason == "LAST_ADMINISTRATOR")
      var ending = Roster_V1_AddMemberRequest.member(ada, of: group)
      ending.expireTime = .inSeconds(60)
      let limiting = await failure { [ending] () throws(Status) in
        try await world.root.groups.addMember(ending)
      }
      #expect(limiting.reason == "LAST_ADMINISTRATOR")
      let batch = await failure { () throws(Status) in
        try await world.root.groups.batchRemoveMembers(
          .with {
            $0.organizationID = acme.organizationID
            $0.groupID = group.groupID
            $0.userIds = [ada.userID]
          })
      }
      #expect(batch.reason == "LAST_ADMINISTRATOR")

      let bob = try await world.user("bob@example.com", in: acme)
      _ = try await world.grant(["roles.edit:all"], to: ("user_id", bob.userID), in: acme)
      #expect(try await !world.root.groups.deleteGroup(request).impact.lastAdministrator)
      #expect(try await world.root.groups.deleteGroup(.group(group)).changed)
    }
  }

  @Test func `judges administrators as the guard does`() async throws {
    try await World.with { world in
      let sources = try await world.ask(
        """
        SELECT regexp_replace(
                 replace(prosrc, 'AND g.group_id IS DISTINCT FROM leaving', ''), '\\s+', ' ', 'g')
          FROM pg_proc WHERE proname IN ('has_administrator', 'has_administrator_without')
        """)
      #expect(sources.count == 2)
      #expect(Set(sources).count == 1)
    }
  }
}
