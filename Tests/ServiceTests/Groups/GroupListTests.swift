import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `A list of groups` {
  /// Groups of 0, 1 and 2 members, `Sales` a directory's.
  private func groups(
    _ world: World, in acme: Roster_V1_Organization
  ) async throws -> [Roster_V1_Group] {
    let users = [
      try await world.user("ada@example.com", in: acme),
      try await world.user("bob@example.com", in: acme),
    ]
    var groups: [Roster_V1_Group] = []
    for (name, count) in [("support", 1), ("Sales", 2), ("Marketing", 0)] {
      let group = try await world.group(name, in: acme)
      for user in users.prefix(count) {
        _ = try await world.root.groups.addMember(.member(user, of: group))
      }
      groups.append(group)
    }
    try await world.manageExternally(groups[1])
    return groups
  }

  private func names(
    _ client: Client, _ acme: Roster_V1_Organization,
    _ fill: (inout Roster_V1_ListGroupsRequest) -> Void
  ) async throws -> [String] {
    var request = Roster_V1_ListGroupsRequest()
    request.organizationID = acme.organizationID
    fill(&request)
    return try await client.groups.listGroups(request).groups.map(\.name)
  }

  @Test func `is by name unless asked for by size`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      _ = try await groups(world, in: acme)
      let client = world.root
      #expect(try await names(client, acme) { _ in } == ["Marketing", "Sales", "support"])
      #expect(
        try await names(client, acme) { $0.orderBy = "name desc" }
          == ["support", "Sales", "Marketing"])
      #expect(
        try await names(client, acme) { $0.orderBy = "member_count" }
          == ["Marketing", "support", "Sales"])
      #expect(
        try await names(client, acme) { $0.orderBy = "member_count desc" }
          == ["Sales", "support", "Marketing"])
    }
  }

  @Test func `is searched and filtered`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let groups = try await groups(world, in: acme)
      let role = try await world.grant(
        ["users.read:all"], to: ("group_id", groups[0].groupID), in: acme)
      let client = world.root
      #expect(try await names(client, acme) { $0.search = "PPOR" } == ["support"])
      #expect(try await names(client, acme) { $0.search = "nothing" } == [])
      #expect(try await names(client, acme) { $0.filter = "managed_by = directory" } == ["Sales"])
      #expect(
        try await names(client, acme) { $0.filter = "managed_by != directory" }
          == ["Marketing", "support"])
      #expect(try await names(client, acme) { $0.filter = "role = \"\(role)\"" } == ["support"])
      #expect(
        try await names(client, acme) { $0.filter = "role != \"\(role)\"" }
          == ["Marketing", "Sales"])
      #expect(
        try await names(client, acme) { $0.filter = "managed_by = local managed_by = directory" }
          == [])
      for (fill, reason) in [
        ({ $0.search = "ab" }, "SEARCH_TOO_SHORT"), ({ $0.filter = "size = 3" }, "FILTER_INVALID"),
        ({ $0.orderBy = "size" }, "ORDER_BY_INVALID"),
      ] as [((inout Roster_V1_ListGroupsRequest) -> Void, String)] {
        var request = Roster_V1_ListGroupsRequest()
        request.organizationID = acme.organizationID
        fill(&request)
        let status = await failure { [request] () throws(Status) in
          try await client.groups.listGroups(request)
        }
        #expect(status.reason == reason)
      }
    }
  }

  @Test(arguments: ["name", "name desc", "member_count", "member_count desc"])
  func `walked in pages of one is the list, and shows each group as it is`(
    order: String
  ) async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let made = try await groups(world, in: acme)
      _ = try await world.grant(
        ["users.read:all"], to: ("group_id", made[0].groupID), in: acme)
      var request = Roster_V1_ListGroupsRequest()
      request.organizationID = acme.organizationID
      request.orderBy = order
      let whole = try await world.root.groups.listGroups(request).groups
      #expect(whole.count == 3)
      var walked: [Roster_V1_Group] = []
      request.pageSize = 1
      repeat {
        let page = try await world.root.groups.listGroups(request)
        walked += page.groups
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(walked == whole)
      for group in whole {
        #expect(try await world.root.groups.getGroup(.group(group)).group == group)
      }
      request.pageToken = try await world.root.groups.listGroups(request).nextPageToken
      request.search = "other"
      let status = await failure { [request] () throws(Status) in
        try await world.root.groups.listGroups(request)
      }
      #expect(status.reason == "PAGE_TOKEN_MISMATCH")
    }
  }

  @Test func `shows people the groups of their reach, in every order and search`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let made = try await groups(world, in: acme)
      let person = try await world.user("person@example.com", in: acme)
      _ = try await world.root.groups.addMember(.member(person, of: made[0]))
      _ = try await world.grant(
        ["groups.read:group"], to: ("user_id", person.userID), in: acme)
      let client = world.root.with("roster-user", person.userID)
      for order in ["name", "member_count desc"] {
        #expect(try await names(client, acme) { $0.orderBy = order } == ["support"])
      }
      #expect(try await names(client, acme) { $0.search = "sales" } == [])
      #expect(try await names(client, acme) { $0.search = "support" } == ["support"])
    }
  }
}

@Suite struct `A list of members` {
  private struct Stage {
    let acme: Roster_V1_Organization
    let group: Roster_V1_Group
    let users: [Roster_V1_User]

    /// cyd, then ada, then bob joined; bob's address comes before ada's name.
    init(_ world: World) async throws {
      acme = try await world.organization(settings: .with { $0.groupSyncMode = .keep })
      group = try await world.group("Support", in: acme)
      var users: [Roster_V1_User] = []
      for (name, email) in [("Cyd", "cyd"), ("Ada", "zzz"), ("Bob", "bob")] {
        let user = try await world.user("\(email)@example.com", in: acme)
        users.append(
          try await world.root.users.updateUser(.user(user, .with { $0.displayName = name })).user)
        _ = try await world.root.groups.addMember(.member(user, of: group))
      }
      self.users = users
    }

    func members(
      _ client: Client, _ fill: (inout Roster_V1_ListMembersRequest) -> Void = { _ in }
    ) async throws -> [Roster_V1_GroupMember] {
      var request = Roster_V1_ListMembersRequest()
      request.organizationID = acme.organizationID
      request.groupID = group.groupID
      fill(&request)
      return try await client.groups.listMembers(request).members
    }
  }

  @Test func `is in the order of joining unless asked for by name`() async throws {
    try await World.with { world in
      let stage = try await Stage(world)
      let client = world.root
      #expect(try await stage.members(client).map(\.displayName) == ["Cyd", "Ada", "Bob"])
      #expect(
        try await stage.members(client) { $0.orderBy = "join_time desc" }.map(\.displayName)
          == ["Bob", "Ada", "Cyd"])
      #expect(
        try await stage.members(client) { $0.orderBy = "display_name" }.map(\.displayName)
          == ["Ada", "Bob", "Cyd"])
      #expect(
        try await stage.members(client) { $0.orderBy = "display_name desc" }.map(\.displayName)
          == ["Cyd", "Bob", "Ada"])
    }
  }

  @Test(arguments: ["join_time", "join_time desc", "display_name", "display_name desc"])
  func `tells all of each member once, and is searched by name and address`(
    order: String
  ) async throws {
    try await World.with { world in
      let stage = try await Stage(world)
      let client = world.root
      // By a second source, suspended, and expired.
      try await world.put(stage.users[0], into: stage.group, source: "directory")
      _ = try await world.ask(
        """
        UPDATE roster.group_members SET suspended_at = now(), expires_at = now() + interval '1 day'
         WHERE user_id = '\(stage.users[1].userID)';
        UPDATE roster.group_members SET expires_at = now()
         WHERE user_id = '\(stage.users[2].userID)' RETURNING 'x'
        """)
      let members = try await stage.members(client) { $0.orderBy = order }
      #expect(Set(members.map(\.email)) == ["cyd@example.com", "zzz@example.com"])
      #expect(members.count == 2)
      let cyd = try #require(members.first { $0.displayName == "Cyd" })
      #expect(cyd.sources == [.manual, .directory])
      #expect(!cyd.suspended)
      #expect(!cyd.hasExpireTime)
      let ada = try #require(members.first { $0.displayName == "Ada" })
      #expect(ada.suspended)
      #expect(ada.hasExpireTime)
      for (search, found) in [("ada", ["Ada"]), ("ZZZ@", ["Ada"]), ("bob", [])] {
        let result = try await stage.members(client) {
          $0.orderBy = order
          $0.search = search
        }
        #expect(result.map(\.displayName) == found)
      }
      var request = Roster_V1_ListMembersRequest()
      request.organizationID = stage.acme.organizationID
      request.groupID = stage.group.groupID
      request.orderBy = order
      request.pageSize = 1
      var walked: [Roster_V1_GroupMember] = []
      repeat {
        let page = try await client.groups.listMembers(request)
        walked += page.members
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(walked == members)
    }
  }

  @Test func `of candidates holds whoever is not in the group and may be seen`() async throws {
    try await World.with { world in
      let stage = try await Stage(world)
      let dan = try await world.user("dan@example.com", in: stage.acme)
      let eve = try await world.user("eve@example.com", in: stage.acme)
      let other = try await world.group("Other", in: stage.acme)
      for user in [stage.users[0], dan] {
        _ = try await world.root.groups.addMember(.member(user, of: other))
      }
      let candidates = { @Sendable (client: Client, search: String) in
        try await client.groups.listMemberCandidates(
          .with {
            $0.organizationID = stage.acme.organizationID
            $0.groupID = stage.group.groupID
            $0.search = search
          }
        ).candidates.map(\.email).sorted()
      }
      #expect(
        try await candidates(world.root, "") == ["dan@example.com", "eve@example.com"])
      #expect(try await candidates(world.root, "eve") == ["eve@example.com"])
      #expect(try await candidates(world.root, "cyd") == [])
      // Eve is in no group of Cyd's.
      _ = try await world.grant(
        ["users.read:group"], to: ("user_id", stage.users[0].userID), in: stage.acme)
      let client = world.root.with("roster-user", stage.users[0].userID)
      #expect(try await candidates(client, "") == ["dan@example.com"])
      #expect(eve.userID != dan.userID)
    }
  }

  @Test func `is answered for groups of the reach only`() async throws {
    try await World.with { world in
      let stage = try await Stage(world)
      let other = try await world.group("Other", in: stage.acme)
      _ = try await world.grant(
        ["members.read:group", "users.read:group"], to: ("user_id", stage.users[0].userID),
        in: stage.acme)
      let client = world.root.with("roster-user", stage.users[0].userID)
      #expect(try await stage.members(client).count == 3)
      let members = await failure { () throws(Status) in
        try await client.groups.listMembers(
          .with {
            $0.organizationID = stage.acme.organizationID
            $0.groupID = other.groupID
          })
      }
      #expect(members.reason == "GROUP_NOT_FOUND")
      let candidates = await failure { () throws(Status) in
        try await client.groups.listMemberCandidates(
          .with {
            $0.organizationID = stage.acme.organizationID
            $0.groupID = other.groupID
          })
      }
      #expect(candidates.reason == "GROUP_NOT_FOUND")
    }
  }
}

@Suite struct `The groups of a user` {
  @Test func `are listed by name, those within reach`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      let (sales, support) = (
        try await world.group("sales", in: acme), try await world.group("Support", in: acme)
      )
      let gone = try await world.group("gone", in: acme)
      for group in [support, sales] {
        _ = try await world.root.groups.addMember(.member(ada, of: group))
      }
      try await world.put(ada, into: gone, source: "import", until: "now()")
      try await world.put(ada, into: sales, source: "sign_in")
      _ = try await world.root.groups.addMember(.member(bob, of: support))
      _ = try await world.grant(["members.read:group"], to: ("user_id", bob.userID), in: acme)
      let list = { @Sendable (client: Client, user: Roster_V1_User, token: String) in
        try await client.groups.listUserGroups(
          .with {
            $0.organizationID = acme.organizationID
            $0.userID = user.userID
            $0.pageToken = token
            $0.pageSize = 1
          })
      }
      let first = try await list(world.root, ada, "")
      #expect(first.groups.map(\.name) == ["sales"])
      #expect(first.groups.map(\.sources) == [[.manual, .signIn]])
      let second = try await list(world.root, ada, first.nextPageToken)
      #expect(second.groups.map(\.name) == ["Support"])
      #expect(second.nextPageToken.isEmpty)
      let client = world.root.with("roster-user", bob.userID)
      #expect(try await list(client, ada, "").groups.map(\.name) == ["Support"])
      let eve = try await world.user("eve@example.com", in: acme)
      let status = await failure { () throws(Status) in
        try await client.groups.listUserGroups(
          .with {
            $0.organizationID = acme.organizationID
            $0.userID = eve.userID
          })
      }
      #expect(status.reason == "USER_NOT_FOUND")
    }
  }
}
