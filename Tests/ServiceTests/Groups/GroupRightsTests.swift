import API
import RPC
import SwiftProtobuf
import Testing

/// An organization with a manager of one group.
private struct Stage {
  let organization: Roster_V1_Organization
  let manager: Roster_V1_User
  let own: Roster_V1_Group
  let other: Roster_V1_Group
  /// Acts for the manager.
  let client: Client

  init(_ world: World, _ rights: [String] = Stage.managing, rank: Int = 200) async throws {
    organization = try await world.organization()
    manager = try await world.user("manager@example.com", in: organization)
    own = try await world.group("own", in: organization)
    other = try await world.group("other", in: organization)
    _ = try await world.root.groups.addMember(.member(manager, of: own))
    _ = try await world.grant(
      rights, rank: rank, to: ("user_id", manager.userID), in: organization)
    client = world.root.with("roster-user", manager.userID)
  }

  static let managing = [
    "groups.read:group", "groups.edit:group", "groups.delete:group", "members.edit:group",
  ]
}

@Suite struct `A person who manages groups` {
  @Test func `sees and changes those of the reach, and no others`() async throws {
    try await World.with { world in
      let stage = try await Stage(world)
      #expect(try await stage.client.groups.getGroup(.group(stage.own)).group.name == "own")
      #expect(
        try await stage.client.groups.updateGroup(
          .group(stage.own, .with { $0.description_p = "mine" })
        ).changed)
      let attempts: [() async -> Status] = [
        {
          await failure { () throws(Status) in
            try await stage.client.groups.getGroup(.group(stage.other))
          }
        },
        {
          await failure { () throws(Status) in
            try await stage.client.groups.updateGroup(
              .group(stage.other, .with { $0.name = "mine" }))
          }
        },
        {
          await failure { () throws(Status) in
            try await stage.client.groups.deleteGroup(.group(stage.other))
          }
        },
        {
          await failure { () throws(Status) in
            try await stage.client.groups.addMember(.member(stage.manager, of: stage.other))
          }
        },
        {
          await failure { () throws(Status) in
            try await stage.client.groups.setUserGroups(
              .user(stage.manager, [stage.own, stage.other]))
          }
        },
      ]
      for attempt in attempts { #expect(await attempt().reason == "GROUP_NOT_FOUND") }
      let creating = await failure { () throws(Status) in
        try await stage.client.groups.createGroup(.named("new", in: stage.organization))
      }
      #expect(creating.reason == "PERMISSION_MISSING")
    }
  }

  @Test func `leaves groups out of reach as they are when setting a user's`() async throws {
    try await World.with { world in
      let stage = try await Stage(world)
      _ = try await world.root.groups.addMember(.member(stage.manager, of: stage.other))
      // The reach is the groups that the manager is in, so it ends there by a suspended membership.
      _ = try await world.ask(
        "UPDATE roster.group_members SET suspended_at = now() "
          + "WHERE group_id = '\(stage.other.groupID)' RETURNING 'x'")
      let set = try await stage.client.groups.setUserGroups(.user(stage.manager, [stage.own]))
      #expect(!set.changed)
      #expect(set.results.map(\.groupID) == [stage.own.groupID])
      #expect(try await world.members(of: stage.other) == ["manager@example.com manual"])
    }
  }

  @Test func `changes only people who belong nowhere else and rank lower`() async throws {
    try await World.with { world in
      let stage = try await Stage(world)
      let outside = try await world.user("outside@example.com", in: stage.organization)
      let shared = try await world.user("shared@example.com", in: stage.organization)
      let chief = try await world.user("chief@example.com", in: stage.organization)
      let below = try await world.user("below@example.com", in: stage.organization)
      for user in [shared, chief, below] {
        _ = try await world.root.groups.addMember(.member(user, of: stage.own))
      }
      _ = try await world.root.groups.addMember(.member(shared, of: stage.other))
      _ = try await world.grant(
        [], rank: 200, to: ("user_id", chief.userID), in: stage.organization)
      for (user, reason) in [
        (outside, "USER_NOT_FOUND"), (shared, "RANK_TOO_LOW"), (chief, "RANK_TOO_LOW"),
      ] {
        let one = await failure { () throws(Status) in
          try await stage.client.groups.removeMember(.member(user, of: stage.own))
        }
        #expect(one.reason == reason)
        let many = await failure { () throws(Status) in
          try await stage.client.groups.batchRemoveMembers(
            .with {
              $0.organizationID = stage.organization.organizationID
              $0.groupID = stage.own.groupID
              $0.userIds = [below.userID, user.userID]
            })
        }
        #expect(many.reason == reason)
        let all = await failure { () throws(Status) in
          try await stage.client.groups.setUserGroups(.user(user, []))
        }
        #expect(all.reason == reason)
      }
      #expect(try await stage.client.groups.removeMember(.member(below, of: stage.own)).changed)
    }
  }

  @Test func `gives no rights that they don't hold, by whatever call`() async throws {
    try await World.with { world in
      let stage = try await Stage(
        world, ["members.edit:all", "groups.delete:all", "users.read:group"])
      let ada = try await world.user("ada@example.com", in: stage.organization)
      _ = try await world.grant(
        ["users.read:all"], to: ("group_id", stage.other.groupID), in: stage.organization)
      let batch = Roster_V1_BatchAddMembersRequest.with {
        $0.organizationID = stage.organization.organizationID
        $0.groupID = stage.other.groupID
        $0.userIds = [ada.userID]
      }
      let attempts: [() async -> Status] = [
        {
          await failure { () throws(Status) in
            try await stage.client.groups.addMember(.member(ada, of: stage.other))
          }
        },
        {
          await failure { () throws(Status) in
            try await stage.client.groups.addMember(.member(stage.manager, of: stage.other))
          }
        },
        {
          await failure { () throws(Status) in
            try await stage.client.groups.batchAddMembers(batch)
          }
        },
        {
          await failure { () throws(Status) in
            try await stage.client.groups.setUserGroups(.user(ada, [stage.other]))
          }
        },
        {
          await failure { () throws(Status) in
            try await stage.client.groups.deleteGroup(.group(stage.other))
          }
        },
      ]
      for attempt in attempts { #expect(await attempt().reason == "RIGHTS_EXCEEDED") }
      #expect(try await world.members(of: stage.other) == [])
      #expect(try await stage.client.groups.addMember(.member(ada, of: stage.own)).changed)
    }
  }

  @Test func `gives no rank above their own, nor rights that begin later`() async throws {
    try await World.with { world in
      let stage = try await Stage(world, ["members.edit:all"])
      let ada = try await world.user("ada@example.com", in: stage.organization)
      _ = try await world.grant(
        [], rank: 300, to: ("group_id", stage.own.groupID), in: stage.organization)
      // The manager is in the group, and so of its rank.
      #expect(try await stage.client.groups.addMember(.member(ada, of: stage.own)).changed)
      let role = try await world.grant(
        ["users.delete:all"], rank: 0, to: ("group_id", stage.other.groupID),
        in: stage.organization)
      _ = try await world.ask(
        "UPDATE roster.role_grants SET valid_from = now() + interval '1 day' "
          + "WHERE role_id = '\(role)' RETURNING 'x'")
      let later = await failure { () throws(Status) in
        try await stage.client.groups.addMember(.member(ada, of: stage.other))
      }
      #expect(later.reason == "RIGHTS_EXCEEDED")
      _ = try await world.ask(
        "DELETE FROM roster.role_permissions WHERE role_id = '\(role)' RETURNING 'x'")
      _ = try await world.ask(
        "UPDATE roster.roles SET rank = 301 WHERE role_id = '\(role)' RETURNING 'x'")
      let higher = await failure { () throws(Status) in
        try await stage.client.groups.addMember(.member(ada, of: stage.other))
      }
      #expect(higher.reason == "RANK_TOO_LOW")
    }
  }
}
