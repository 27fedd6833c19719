import API
import Foundation
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Users who are inactive for long` {
  /// Four users: one who never signed in, one long ago, one today by a session of long ago, one
  /// today.
  private func users(
    _ world: World, _ settings: Roster_V1_OrganizationSettings = .init()
  ) async throws -> [Roster_V1_User] {
    let organization = try await world.organization(settings: settings)
    var users: [Roster_V1_User] = []
    for name in ["never", "long", "session", "today"] {
      users.append(try await world.user("\(name)@example.com", in: organization))
    }
    _ = try await world.ask("UPDATE roster.users SET created_at = now() - interval '1 year'")
    for (user, login, active) in [
      (users[1], "100 days", "100 days"), (users[2], "100 days", "0"), (users[3], "0", "0"),
    ] {
      _ = try await world.ask(
        """
        UPDATE roster.user_activity SET last_login_at = now() - interval '\(login)',
               last_active_at = now() - interval '\(active)'
         WHERE user_id = '\(user.userID)'
        """)
    }
    return users
  }

  private func request(_ user: Roster_V1_User) -> Roster_V1_DeactivateInactiveUsersRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.inactiveSince = .init(date: .now.addingTimeInterval(-90 * 86_400))
    }
  }

  @Test func `are told by a dry run, and then deactivated, a batch at a time`() async throws {
    try await World.with { world in
      let users = try await users(world)
      try await world.group("Sales", of: users)
      var request = request(users[0])
      request.validateOnly = true
      let told = try await world.root.users.deactivateInactiveUsers(request)
      #expect(told.userIds == [users[0].userID, users[1].userID])
      #expect(try await world.count("roster.users WHERE state = 'inactive'") == 0)

      request.validateOnly = false
      request.limit = 1
      let client = world.root.users
      #expect(try await client.deactivateInactiveUsers(request).userIds == [users[0].userID])
      #expect(try await client.deactivateInactiveUsers(request).userIds == [users[1].userID])
      let last = try await client.deactivateInactiveUsers(request)
      #expect(last.userIds.isEmpty && !last.changed)
      #expect(try await world.count("roster.users WHERE state = 'inactive'") == 2)
      #expect(try await world.groups(of: users[1]) == [])
      #expect(try await world.groups(of: users[3]) == ["Sales"])
      #expect(try await world.count("roster.events WHERE action = 'user.deactivated'") == 2)
    }
  }

  @Test func `are deleted where that is asked, those deactivated before among them`() async throws {
    try await World.with { world in
      let users = try await users(
        world, .with { $0.deletion.confirmation = .typeEmail })
      _ = try await world.root.users.deactivateUser(.user(users[1]))
      var request = request(users[0])
      request.deletionMode = .soft
      for (count, reason) in [(0, "FIELD_REQUIRED"), (3, "CONFIRMATION_MISMATCH")] {
        request.confirmCount = Int32(count)
        let status = await failure { () throws(Status) in
          try await world.root.users.deactivateInactiveUsers(request)
        }
        #expect(status.reason == reason)
        #expect(status.badFields == ["confirm_count"])
      }
      request.confirmCount = 2
      let response = try await world.root.users.deactivateInactiveUsers(request)
      #expect(Set(response.userIds) == [users[0].userID, users[1].userID])
      #expect(try await world.count("roster.users WHERE state = 'deleted'") == 2)
    }
  }

  @Test func `are deleted only as the settings allow`() async throws {
    try await World.with { world in
      let users = try await users(
        world,
        .with {
          $0.deletion.confirmation = .none
          $0.deletion.modes = [.permanent]
          $0.deletion.requiresInactive = true
          $0.deletion.minInactiveDays = 30
          $0.deletion.refuseBeforeMinInactiveDays = true
        })
      var request = request(users[0])
      request.deletionMode = .hard
      let status = await failure { () throws(Status) in
        try await world.root.users.deactivateInactiveUsers(request)
      }
      #expect(status.reason == "DELETION_MODE_NOT_ALLOWED")
      request.deletionMode = .permanent
      #expect(try await !world.root.users.deactivateInactiveUsers(request).changed)
      _ = try await world.root.users.deactivateUser(.user(users[0]))
      _ = try await world.root.users.deactivateUser(.user(users[1]))
      _ = try await world.ask(
        """
        UPDATE roster.users SET deactivated_at = now() - interval '31 days'
         WHERE user_id = '\(users[1].userID)'
        """)
      #expect(
        try await world.root.users.deactivateInactiveUsers(request).userIds == [users[1].userID])
      #expect(try await world.count("roster.users") == 3)
    }
  }

  @Test func `are all left when one of them is the last administrator`() async throws {
    try await World.with { world in
      let users = try await users(world)
      try await world.administrators([users[1]])
      let status = await failure { () throws(Status) in
        try await world.root.users.deactivateInactiveUsers(request(users[0]))
      }
      #expect(status.reason == "LAST_ADMINISTRATOR")
      #expect(try await world.count("roster.users WHERE state = 'inactive'") == 0)
    }
  }

  @Test func `need an instant that is past, and a limit that is one`() async throws {
    try await World.with { world in
      let users = try await users(world)
      var request = request(users[0])
      request.inactiveSince = .init(seconds: 4_000_000_000, nanos: 0)
      let future = await failure { () throws(Status) in
        try await world.root.users.deactivateInactiveUsers(request)
      }
      #expect(future.reason == "TIME_INVALID")
      request.clearInactiveSince()
      let missing = await failure { () throws(Status) in
        try await world.root.users.deactivateInactiveUsers(request)
      }
      #expect(missing.reason == "FIELD_REQUIRED")
      for limit in [-1, 1_001] as [Int32] {
        var request = self.request(users[0])
        request.limit = limit
        let status = await failure { () throws(Status) in
          try await world.root.users.deactivateInactiveUsers(request)
        }
        #expect(status.badFields == ["limit"])
      }
    }
  }
}
