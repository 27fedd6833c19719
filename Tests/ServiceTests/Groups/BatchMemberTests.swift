import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `A batch of members` {
  private func users(
    _ count: Int, in organization: Roster_V1_Organization, _ world: World
  ) async throws -> [Roster_V1_User] {
    var users: [Roster_V1_User] = []
    for number in 0..<count {
      users.append(try await world.user("u\(number)@example.com", in: organization))
    }
    return users
  }

  @Test func `is added and removed whole, each user told what changed`() async throws {
    try await World.with { world in
      let acme = try await world.organization(settings: .with { $0.groupSyncMode = .keep })
      let users = try await users(4, in: acme, world)
      let group = try await world.group("Support", in: acme)
      _ = try await world.root.groups.addMember(.member(users[1], of: group))
      try await world.put(users[3], into: group, source: "directory")
      let ids = [2, 1, 0, 2].map { users[$0].userID }
      let added = try await world.root.groups.batchAddMembers(
        .with {
          $0.organizationID = acme.organizationID
          $0.groupID = group.groupID
          $0.userIds = ids
        })
      #expect(added.results.map(\.userID) == Array(ids.dropLast()))
      #expect(added.results.map(\.outcome) == [.added, .unchanged, .added])
      #expect(added.changed)
      #expect(try await world.root.groups.getGroup(.group(group)).group.memberCount == 4)

      let removed = try await world.root.groups.batchRemoveMembers(
        .with {
          $0.organizationID = acme.organizationID
          $0.groupID = group.groupID
          $0.userIds = users.map(\.userID)
        })
      #expect(removed.results.map(\.outcome) == [.removed, .removed, .removed, .kept])
      #expect(try await world.root.groups.getGroup(.group(group)).group.memberCount == 1)
      #expect(
        try await world.ask(
          """
          SELECT action || ' ' || target_kind || ' ' || count(*) FROM roster.events
           WHERE action LIKE 'group.member%' GROUP BY action, target_kind ORDER BY 1
          """) == [
            "group.member_added user 3", "group.member_removed user 3",
            "group.members_added group 1", "group.members_removed group 1",
          ])
    }
  }

  @Test func `that changes nothing writes no event`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      let before = try await world.count("roster.events")
      let removed = try await world.root.groups.batchRemoveMembers(
        .with {
          $0.organizationID = acme.organizationID
          $0.groupID = group.groupID
          $0.userIds = [ada.userID]
        })
      #expect(!removed.changed)
      #expect(try await world.count("roster.events") == before)
    }
  }

  @Test func `changes nobody when one of them is nobody`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      let stranger = freshID()
      let status = await failure { () throws(Status) in
        try await world.root.groups.batchAddMembers(
          .with {
            $0.organizationID = acme.organizationID
            $0.groupID = group.groupID
            $0.userIds = [ada.userID, stranger]
          })
      }
      #expect(status.reason == "USER_NOT_FOUND")
      #expect(status.message.contains(stranger))
      #expect(try await world.members(of: group) == [])
    }
  }

  @Test func `is previewed without a trace`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      let before = try await world.count("roster.events")
      let preview = try await world.root.groups.batchAddMembers(
        .with {
          $0.organizationID = acme.organizationID
          $0.groupID = group.groupID
          $0.userIds = [ada.userID]
          $0.validateOnly = true
        })
      #expect(preview.results.map(\.outcome) == [.added])
      #expect(try await world.members(of: group) == [])
      #expect(try await world.count("roster.events") == before)
    }
  }

  @Test func `is of 1 to 1,000`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let group = try await world.group("Support", in: acme)
      _ = try await world.ask(
        """
        INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
          family_name, display_name, avatar_url, locale, attributes, created_at, updated_at)
        SELECT '\(acme.organizationID)', gen_random_uuid(), 'human', 'import', 'active', '', '',
               'u' || n, '', '', '{}', now(), now()
          FROM generate_series(1, 1000) AS n RETURNING 'x'
        """)
      let ids = try await world.ask("SELECT user_id FROM roster.users").compactMap { $0 }
      let request = { @Sendable (ids: [String]) in
        Roster_V1_BatchAddMembersRequest.with {
          $0.organizationID = acme.organizationID
          $0.groupID = group.groupID
          $0.userIds = ids
        }
      }
      let none = await failure { () throws(Status) in
        try await world.root.groups.batchAddMembers(request([]))
      }
      #expect(none.reason == "FIELD_REQUIRED")
      let over = await failure { () throws(Status) in
        try await world.root.groups.batchAddMembers(request(ids + [freshID()]))
      }
      #expect(over.reason == "BATCH_TOO_LARGE")
      #expect(try await world.root.groups.batchAddMembers(request(ids)).results.count == 1_000)
      #expect(try await world.root.groups.getGroup(.group(group)).group.memberCount == 1_000)
      #expect(try await world.count("roster.events WHERE action = 'group.member_added'") == 1_000)
    }
  }
}

@Suite struct `Setting the groups of a user` {
  @Test func `adds, removes, and keeps what an identity provider says`() async throws {
    try await World.with { world in
      let acme = try await world.organization(settings: .with { $0.groupSyncMode = .keep })
      let ada = try await world.user("ada@example.com", in: acme)
      var groups: [Roster_V1_Group] = []
      for name in ["a", "b", "c", "d"] { groups.append(try await world.group(name, in: acme)) }
      _ = try await world.root.groups.addMember(.member(ada, of: groups[0]))
      _ = try await world.root.groups.addMember(.member(ada, of: groups[1]))
      try await world.put(ada, into: groups[2], source: "directory")
      let set = try await world.root.groups.setUserGroups(.user(ada, [groups[3], groups[1]]))
      #expect(set.changed)
      #expect(set.results.map(\.groupID) == groups.map(\.groupID))
      #expect(set.results.map(\.outcome) == [.removed, .unchanged, .kept, .added])
      #expect(set.results.map(\.sources) == [[], [.manual], [.directory], [.manual]])
      let again = try await world.root.groups.setUserGroups(.user(ada, [groups[3], groups[1]]))
      #expect(!again.changed)
      #expect(
        try await world.ask(
          "SELECT action FROM roster.events WHERE target_id = '\(ada.userID)' ORDER BY event_id"
        )
        .suffix(3).sorted { ($0 ?? "") < ($1 ?? "") }
          == ["group.member_added", "group.member_removed", "user.groups_set"])
    }
  }

  @Test func `keeps an end that is set, and takes a member by a source for one`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let (first, second) = (
        try await world.group("a", in: acme), try await world.group("b", in: acme)
      )
      var request = Roster_V1_AddMemberRequest.member(ada, of: first)
      request.expireTime = .inSeconds(3_600)
      _ = try await world.root.groups.addMember(request)
      try await world.put(ada, into: second, source: "sign_in")
      let set = try await world.root.groups.setUserGroups(.user(ada, [first, second]))
      #expect(!set.changed)
      #expect(set.results[0].expireTime == request.expireTime)
      #expect(set.results[1].sources == [.signIn])
    }
  }

  @Test func `changes nothing when one of the groups is none, or refuses`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let (first, synced) = (
        try await world.group("a", in: acme), try await world.group("b", in: acme)
      )
      try await world.manageExternally(synced)
      let refused = await failure { () throws(Status) in
        try await world.root.groups.setUserGroups(.user(ada, [first, synced]))
      }
      #expect(refused.reason == "GROUP_EXTERNALLY_MANAGED")
      var missing = synced
      missing.groupID = freshID()
      let none = await failure { [missing] () throws(Status) in
        try await world.root.groups.setUserGroups(.user(ada, [first, missing]))
      }
      #expect(none.reason == "GROUP_NOT_FOUND")
      #expect(try await world.members(of: first) == [])
      // What can't be left is kept, and refuses nothing.
      try await world.put(ada, into: synced, source: "directory")
      let left = try await world.root.groups.setUserGroups(.user(ada, [first]))
      #expect(left.results.map(\.outcome) == [.added, .kept])
    }
  }
}
