import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Listing grants` {
  /// Grants of one role to a user, revoked; to another user; to a group.
  private struct Scene {
    let acme: Roster_V1_Organization
    let role: Roster_V1_Role
    let (ada, bob): (Roster_V1_User, Roster_V1_User)
    let group: String
    let revoked: Roster_V1_RoleGrant
    let (toBob, toGroup): (Roster_V1_RoleGrant, Roster_V1_RoleGrant)

    init(_ world: World) async throws {
      acme = try await world.organization()
      role = try await world.custom("auditor", in: acme)
      ada = try await world.user("ada@example.com", in: acme)
      bob = try await world.user("bob@example.com", in: acme)
      group = try await world.group("g", [ada], in: acme)
      let grant = try await world.give(role, to: ada)
      revoked = try await world.root.roles.revokeGrant(.grant(grant)).grant
      toBob = try await world.give(role, to: bob)
      toGroup = try await world.give(role, toGroup: group)
    }
  }

  private func list(
    _ client: Client, _ scene: Scene, ended: Bool = false,
    of filter: Roster_V1_ListGrantsRequest.OneOf_Of? = nil
  ) async throws -> [Roster_V1_RoleGrant] {
    try await client.roles.listGrants(
      .with {
        $0.organizationID = scene.acme.organizationID
        $0.of = filter
        $0.showEnded = ended
      }
    ).grants
  }

  @Test func `shows those that hold, or all, of a user, a group, a role or everybody`()
    async throws
  {
    try await World.with { world in
      let scene = try await Scene(world)
      let root = world.root
      let (revoked, toBob, toGroup) = (scene.revoked, scene.toBob, scene.toGroup)
      #expect(try await list(root, scene) == [toBob, toGroup])
      #expect(try await list(root, scene, ended: true) == [revoked, toBob, toGroup])
      let (ada, bob) = (scene.ada.userID, scene.bob.userID)
      #expect(try await list(root, scene, of: .userID(ada)) == [])
      #expect(try await list(root, scene, ended: true, of: .userID(ada)) == [revoked])
      #expect(try await list(root, scene, of: .userID(bob)) == [toBob])
      #expect(try await list(root, scene, of: .groupID(scene.group)) == [toGroup])
      #expect(try await list(root, scene, ended: true, of: .groupID(scene.group)) == [toGroup])
      #expect(try await list(root, scene, of: .roleID(scene.role.roleID)) == [toBob, toGroup])
      #expect(
        try await list(root, scene, ended: true, of: .roleID(scene.role.roleID))
          == [revoked, toBob, toGroup])
    }
  }

  @Test func `pages without loss`() async throws {
    try await World.with { world in
      let scene = try await Scene(world)
      var request = Roster_V1_ListGrantsRequest.with {
        $0.organizationID = scene.acme.organizationID
        $0.showEnded = true
        $0.pageSize = 2
      }
      let first = try await world.root.roles.listGrants(request)
      #expect(first.grants == [scene.revoked, scene.toBob])
      request.pageToken = first.nextPageToken
      let second = try await world.root.roles.listGrants(request)
      #expect(second.grants == [scene.toGroup] && second.nextPageToken.isEmpty)
      request.roleID = scene.role.roleID
      let other = await failure { () throws(Status) in
        try await world.root.roles.listGrants(request)
      }
      #expect(other.reason == "PAGE_TOKEN_MISMATCH")
    }
  }

  @Test func `shows a person what is within reach, and nothing else`() async throws {
    try await World.with { world in
      let scene = try await Scene(world)
      let kim = try await world.user("kim@example.com", in: scene.acme)
      let own = try await world.give(try await world.role("manager", in: scene.acme), to: kim)
      try await world.join(scene.group, kim)
      let client = world.acting(kim)
      #expect(try await list(client, scene) == [scene.toGroup, own])
      #expect(try await list(client, scene, ended: true) == [scene.revoked, scene.toGroup, own])
      #expect(
        try await list(client, scene, of: .roleID(scene.role.roleID)) == [scene.toGroup])
      let hidden = await failure { () throws(Status) in
        try await client.roles.listGrants(
          .with {
            $0.organizationID = scene.acme.organizationID
            $0.userID = scene.bob.userID
          })
      }
      #expect(hidden.reason == "USER_NOT_FOUND")
    }
  }

  @Test func `of somebody who is not there is NOT_FOUND`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      for (filter, reason) in [
        (Roster_V1_ListGrantsRequest.OneOf_Of.userID(freshID()), "USER_NOT_FOUND"),
        (.groupID(freshID()), "GROUP_NOT_FOUND"),
      ] {
        let status = await failure { () throws(Status) in
          try await world.root.roles.listGrants(
            .with {
              $0.organizationID = acme.organizationID
              $0.of = filter
            })
        }
        #expect(status.reason == reason)
      }
    }
  }
}
