import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `An update with a state` {
  private func update(
    _ user: Roster_V1_User, _ state: Roster_V1_UserState
  ) -> Roster_V1_UpdateUserRequest {
    var request = Roster_V1_UpdateUserRequest.user(user, .with { $0.givenName = "Ada" })
    request.state = state
    request.stateReason = "leave"
    return request
  }

  @Test func `changes fields and state together`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      try await world.group("Sales", of: [user])
      let inactive = try await world.root.users.updateUser(update(user, .inactive))
      #expect(inactive.changed && inactive.user.givenName == "Ada")
      #expect(inactive.user.state == .inactive && inactive.user.deactivation.reason == "leave")
      #expect(try await world.root.users.getUser(.user(user)).user == inactive.user)
      #expect(try await world.groups(of: user) == [])
      let active = try await world.root.users.updateUser(update(user, .active))
      #expect(active.changed && active.user.state == .active)
      #expect(try await world.groups(of: user) == ["Sales"])
      #expect(try await !world.root.users.updateUser(update(user, .active)).changed)
    }
  }

  @Test func `changes neither when one is refused`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      try await world.administrators([user])
      let last = await failure { () throws(Status) in
        try await world.root.users.updateUser(update(user, .inactive))
      }
      #expect(last.reason == "LAST_ADMINISTRATOR")
      let invalid = await failure { () throws(Status) in
        try await world.root.users.updateUser(update(user, .deleted))
      }
      #expect(invalid.badFields == ["state"])
      #expect(try await world.root.users.getUser(.user(user)).user == user)
    }
  }

  @Test func `needs the right to it`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let editor = try await world.client(methods: ["roster.v1.UserService/UpdateUser"])
      let token = await failure { () throws(Status) in
        try await editor.users.updateUser(update(user, .inactive))
      }
      #expect(token.reason == "METHOD_NOT_ALLOWED")
      #expect(try await editor.users.updateUser(update(user, .unspecified)).changed)

      let (person, acting) = try await world.person("user", in: organization)
      _ = try await world.ask(
        """
        INSERT INTO roster.role_permissions
        SELECT organization_id, role_id, 'users.edit', 'self' FROM roster.roles WHERE key = 'user'
         RETURNING 'x'
        """)
      let own = await failure { () throws(Status) in
        try await acting.users.updateUser(update(person, .inactive))
      }
      #expect(own.reason == "PERMISSION_MISSING")
      #expect(try await acting.users.updateUser(update(person, .unspecified)).changed)
    }
  }
}
