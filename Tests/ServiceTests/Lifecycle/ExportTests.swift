import API
import RPC
import SwiftProtobuf
import Testing

extension World {
  /// What the export says, by table.
  func export(_ user: Roster_V1_User) async throws -> [String: [String]] {
    let request = try Roster_V1_ExportUserDataRequest.with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
    }.encoded().bytes
    let reply = await root.call(UserServiceMethods.exportUserData, request)
    #expect(reply.status.code == .ok)
    var tables: [String: [String]] = [:]
    for message in reply.messages {
      let response = try Roster_V1_ExportUserDataResponse(serializedBytes: message)
      tables[response.table, default: []] += response.documents
    }
    return tables
  }
}

@Suite struct `The export of a user's data` {
  @Test func `has every row about them, and no secret`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.initialPassword = "correct horse"
      request.user.attributes = ["team": "engines"]
      let user = try await world.root.users.createUser(request).user
      let other = try await world.user("bob@example.com", in: organization)
      try await world.group("Sales", of: [user, other])
      try await world.administrators([user, other])
      _ = try await world.root.users.updateUser(.user(user, .with { $0.givenName = "Ada" }))
      let tables = try await world.export(user)
      #expect(
        tables.mapValues(\.count) == [
          "users": 1, "emails": 1, "passwords": 1, "user_activity": 1, "group_members": 1,
          "role_grants": 1, "events": 2,
        ])
      let text = tables.values.joined().joined()
      for part in ["ada@example.com", "engines", #""given_name": "Ada""#, "user.created"] {
        #expect(text.contains(part), "\(part)")
      }
      for part in ["argon2id", "bob@example.com", other.userID] {
        #expect(!text.contains(part), "\(part)")
      }
    }
  }

  @Test func `opens what they did and what was done to them, and no other's details`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      let (ada, acting) = try await world.person("admin", in: organization)
      let bob = try await world.user("bob@example.com", in: organization)
      _ = try await acting.users.lockUser(.user(bob, reason: "secret of bob"))
      let events = try await world.export(ada)["events"] ?? []
      #expect(events.count == 2)
      #expect(events.contains { $0.contains("user.locked") && $0.contains("service_token") })
      #expect(!events.joined().contains("secret of bob"))
      #expect(try await world.export(bob)["events"]?.joined().contains("secret of bob") == true)
    }
  }

  @Test func `pages through many events`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      _ = try await world.ask(
        """
        INSERT INTO roster.events (organization_id, event_id, epoch, at, actor_kind, actor_id,
          action, target_kind, target_id, outcome)
        SELECT organization_id, (left(event_id::text, 23) || '-' || lpad(to_hex(n), 12, '0'))::uuid,
               1, at, 'user', target_id, 'user.updated', 'user', target_id, 'succeeded'
          FROM roster.events, generate_series(1, 1200) AS n WHERE action = 'user.created'
        """)
      let events = try await world.export(user)["events"] ?? []
      #expect(events.count == 1_201)
      #expect(Set(events).count == 1_201)
    }
  }

  @Test func `is made of the soft-deleted too, and of nobody else`() async throws {
    try await World.with { world in
      let organization = try await world.organization(
        settings: .with { $0.deletion.confirmation = .none })
      let user = try await world.user("ada@example.com", in: organization)
      _ = try await world.root.users.deleteUser(.user(user, .soft))
      #expect(try await world.export(user)["emails"]?.count == 1)
      _ = try await world.root.users.deleteUser(.user(user, .permanent))
      let request = try Roster_V1_ExportUserDataRequest.with {
        $0.organizationID = user.organizationID
        $0.userID = user.userID
      }.encoded().bytes
      let reply = await world.root.call(UserServiceMethods.exportUserData, request)
      #expect(reply.status.reason == "USER_NOT_FOUND")
    }
  }
}
