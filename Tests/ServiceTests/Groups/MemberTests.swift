import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `A member` {
  @Test func `is added once, and removed once`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      let added = try await world.root.groups.addMember(.member(ada, of: group))
      #expect(added.changed)
      #expect(added.result.outcome == .added)
      #expect(added.result.sources == [.manual])
      #expect(try await world.root.groups.getGroup(.group(group)).group.memberCount == 1)
      let again = try await world.root.groups.addMember(.member(ada, of: group))
      #expect(!again.changed)
      #expect(again.result.outcome == .unchanged)

      let removed = try await world.root.groups.removeMember(.member(ada, of: group))
      #expect(removed.changed)
      #expect(removed.result.outcome == .removed)
      #expect(removed.result.sources == [])
      let gone = try await world.root.groups.removeMember(.member(ada, of: group))
      #expect(!gone.changed)
      #expect(gone.result.outcome == .unchanged)
      #expect(try await world.root.groups.getGroup(.group(group)).group.etag == group.etag)
      #expect(
        try await world.eventActions() == [
          "organization.created", "user.created", "group.created", "group.member_added",
          "group.member_removed",
        ])
    }
  }

  @Test func `who is removed again feeds the replicas again`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      var request = Roster_V1_RemoveMemberRequest.member(ada, of: group)
      request.requestID = freshID()
      let fed = "roster.access_feed WHERE key = '\(ada.userID)' AND narrowing"
      let first = try await world.root.groups.removeMember(request)
      #expect(try await world.count(fed) == 1)
      #expect(try await world.root.groups.removeMember(request) == first)
      #expect(try await world.count(fed) == 2)
    }
  }

  @Test func `is one until a time, which may be changed, and must come`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      var request = Roster_V1_AddMemberRequest.member(ada, of: group)
      request.expireTime = .inSeconds(3_600)
      let added = try await world.root.groups.addMember(request)
      #expect(added.result.expireTime == request.expireTime)
      #expect(try await world.root.groups.addMember(request).result.outcome == .unchanged)
      request.expireTime = .inSeconds(7_200)
      let changed = try await world.root.groups.addMember(request)
      #expect(changed.result.outcome == .expiryChanged)
      #expect(changed.result.expireTime == request.expireTime)
      request.clearExpireTime()
      #expect(try await !world.root.groups.addMember(request).result.hasExpireTime)
      request.expireTime = .inSeconds(-1)
      let past = await failure { [request] () throws(Status) in
        try await world.root.groups.addMember(request)
      }
      #expect(past.reason == "TIME_INVALID")
      #expect(
        try await world.ask(
          "SELECT count(DISTINCT joined_at) || ' ' || count(expires_at) FROM roster.group_members")
          == ["1 0"])
      #expect(try await world.count("roster.events WHERE action = 'group.member_changed'") == 2)
    }
  }

  @Test func `whose time has passed is none, and may be added anew`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      _ = try await world.root.groups.addMember(.member(ada, of: group))
      _ = try await world.ask(
        "UPDATE roster.group_members SET expires_at = now() - interval '1 second', "
          + "joined_at = now() - interval '1 day' RETURNING 'x'")
      #expect(
        try await world.root.groups.removeMember(.member(ada, of: group)).result.outcome
          == .unchanged)
      let added = try await world.root.groups.addMember(.member(ada, of: group))
      #expect(added.result.outcome == .added)
      #expect(
        try await world.count(
          "roster.group_members WHERE expires_at IS NULL AND joined_at > now() - interval '1 hour'")
          == 1)
      #expect(try await world.root.groups.getGroup(.group(group)).group.memberCount == 1)
    }
  }

  @Test func `is suspended from the start when deactivated, unless groups are kept`() async throws {
    try await World.with { world in
      for (slug, keeps) in [("acme", false), ("beta", true)] {
        let organization = try await world.organization(
          slug, settings: .with { $0.deactivation.keepGroups = keeps })
        let ada = try await world.user("ada@example.com", in: organization)
        let group = try await world.group("Support", in: organization)
        _ = try await world.ask(
          "UPDATE roster.users SET state = 'inactive' WHERE user_id = '\(ada.userID)' "
            + "RETURNING 'x'")
        _ = try await world.root.groups.addMember(.member(ada, of: group))
        #expect(
          try await world.root.groups.getGroup(.group(group)).group.memberCount == (keeps ? 1 : 0))
      }
    }
  }

  @Test func `must be there, and the group too`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      var request = Roster_V1_AddMemberRequest.member(ada, of: group)
      request.userID = freshID()
      let nobody = await failure { [request] () throws(Status) in
        try await world.root.groups.addMember(request)
      }
      #expect(nobody.reason == "USER_NOT_FOUND")
      request = .member(ada, of: group)
      request.groupID = freshID()
      let nowhere = await failure { [request] () throws(Status) in
        try await world.root.groups.addMember(request)
      }
      #expect(nowhere.reason == "GROUP_NOT_FOUND")
    }
  }

  @Test func `by an identity provider and by hand is one member, and stays by the other`()
    async throws
  {
    try await World.with { world in
      let acme = try await world.organization(settings: .with { $0.groupSyncMode = .keep })
      let ada = try await world.user("ada@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      try await world.put(ada, into: group, source: "sign_in")
      let added = try await world.root.groups.addMember(.member(ada, of: group))
      #expect(added.result.sources == [.manual, .signIn])
      #expect(try await world.root.groups.getGroup(.group(group)).group.memberCount == 1)
      let removed = try await world.root.groups.removeMember(.member(ada, of: group))
      #expect(removed.changed)
      #expect(removed.result.outcome == .kept)
      #expect(removed.result.sources == [.signIn])
      #expect(try await world.members(of: group) == ["ada@example.com sign_in"])
      #expect(try await !world.root.groups.removeMember(.member(ada, of: group)).changed)
    }
  }

  @Test(
    arguments: [
      (.refuse, nil), (.keep, "added 0 kept 0"), (.overwrite, "added 1 removed 1"),
    ] as [(Roster_V1_GroupSyncMode, String?)])
  func `of a directory's group is changed as the organization's mode says`(
    mode: Roster_V1_GroupSyncMode, expected: String?
  ) async throws {
    try await World.with { world in
      let acme = try await world.organization(settings: .with { $0.groupSyncMode = mode })
      let ada = try await world.user("ada@example.com", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      let group = try await world.group("Support", in: acme)
      try await world.manageExternally(group)
      try await world.put(bob, into: group, source: "directory")
      guard let expected else {
        let adding = await failure { () throws(Status) in
          try await world.root.groups.addMember(.member(ada, of: group))
        }
        let removing = await failure { () throws(Status) in
          try await world.root.groups.removeMember(.member(bob, of: group))
        }
        #expect(adding.reason == "GROUP_EXTERNALLY_MANAGED")
        #expect(removing.reason == "GROUP_EXTERNALLY_MANAGED")
        #expect(try await world.members(of: group) == ["bob@example.com directory"])
        return
      }
      let first = try await world.root.groups.addMember(.member(ada, of: group))
      let second = try await world.root.groups.removeMember(.member(bob, of: group))
      #expect(
        "\(first.result.outcome) \(first.warnings.count) "
          + "\(second.result.outcome) \(second.warnings.count)" == expected)
    }
  }
}

@Suite struct `Limits of memberships` {
  @Test func `let a user into 1,000 groups and no more`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      _ = try await world.ask(
        """
        INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
          created_at, updated_at)
        SELECT '\(acme.organizationID)', gen_random_uuid(), 'g' || n, '', 'local', now(), now()
          FROM generate_series(1, 999) AS n;
        INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
          joined_at, added_by_kind, added_by)
        SELECT organization_id, group_id, '\(ada.userID)', 'directory', group_id, now(), 'user',
               group_id FROM roster.groups RETURNING 'x'
        """)
      let last = try await world.group("last", in: acme)
      let over = try await world.group("over", in: acme)
      #expect(try await world.root.groups.addMember(.member(ada, of: last)).changed)
      let status = await failure { () throws(Status) in
        try await world.root.groups.addMember(.member(ada, of: over))
      }
      #expect(status.reason == "GROUPS_PER_USER_EXCEEDED")
      #expect(status.code == .failedPrecondition)
      // Who is in already may stay.
      #expect(try await !world.root.groups.addMember(.member(ada, of: last)).changed)

      let tooLong = await failure { () throws(Status) in
        try await world.root.groups.setUserGroups(
          .with {
            $0.organizationID = acme.organizationID
            $0.userID = ada.userID
            $0.groupIds = (0...1_000).map { _ in freshID() }
          })
      }
      #expect(tooLong.reason == "LIST_TOO_LONG")
      // The directory's 999 stay, so there is room for one.
      let exceeded = await failure { () throws(Status) in
        try await world.root.groups.setUserGroups(.user(ada, [last, over]))
      }
      #expect(exceeded.reason == "GROUPS_PER_USER_EXCEEDED")
      #expect(try await world.root.groups.setUserGroups(.user(ada, [over])).changed)
    }
  }

  @Test func `let 1,000,000 members into a group and no more`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let ada = try await world.user("ada@example.com", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      let group = try await world.group("Everybody", in: acme)
      _ = try await world.ask("UPDATE roster.groups SET member_count = 999999 RETURNING 'x'")
      #expect(try await world.root.groups.addMember(.member(ada, of: group)).changed)
      let status = await failure { () throws(Status) in
        try await world.root.groups.addMember(.member(bob, of: group))
      }
      #expect(status.reason == "MEMBERS_PER_GROUP_EXCEEDED")
      #expect(status.code == .failedPrecondition)
      let set = await failure { () throws(Status) in
        try await world.root.groups.setUserGroups(.user(bob, [group]))
      }
      #expect(set.reason == "MEMBERS_PER_GROUP_EXCEEDED")
      #expect(try await !world.root.groups.addMember(.member(ada, of: group)).changed)
    }
  }
}
