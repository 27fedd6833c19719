import API
import RPC
import Service
import SwiftProtobuf
import Testing

@Suite struct `Deactivating a user` {
  @Test func `ends the access, suspends the memberships and keeps the data`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      try await world.group("Sales", of: [user])
      var request = Roster_V1_DeactivateUserRequest.user(user, reason: "leave")
      request.notify = true
      let response = try await world.root.users.deactivateUser(request)
      #expect(response.changed)
      #expect(response.user.state == .inactive)
      #expect(response.user.deactivation.reason == "leave")
      #expect(try await world.groups(of: user) == [])
      #expect(try await world.ask("SELECT access_epoch::text FROM roster.users") == ["2"])
      #expect(try await world.ask("SELECT member_count::text FROM roster.groups") == ["0"])
      #expect(try await world.count("roster.group_members") == 1)
      #expect(try await world.count("roster.outbox WHERE template = 'user_deactivated'") == 1)
      let acting = world.root.with("roster-user", user.userID)
      let status = await failure { () throws(Status) in
        try await acting.users.getUser(.user(user))
      }
      #expect(status.reason == "ACTING_USER_INVALID")
      #expect(try await world.root.users.getUser(.user(user)).user == response.user)
    }
  }

  @Test func `twice changes nothing, and feeds the replicas again`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let fed = "roster.access_feed WHERE key = '\(user.userID)' AND narrowing"
      let first = try await world.root.users.deactivateUser(.user(user, reason: "leave"))
      let count = try await world.count(fed)
      #expect(count > 0)
      let second = try await world.root.users.deactivateUser(.user(user, reason: "x"))
      #expect(!second.changed && second.user == first.user)
      #expect(try await world.count(fed) == count + 1)
      #expect(try await world.count("roster.events WHERE action = 'user.deactivated'") == 1)
    }
  }

  @Test func `leaves memberships where the organization keeps them`() async throws {
    try await World.with { world in
      let user = try await world.user(
        "ada@example.com",
        in: try await world.organization(settings: .with { $0.deactivation.keepGroups = true }))
      try await world.group("Sales", of: [user])
      _ = try await world.root.users.deactivateUser(.user(user))
      #expect(try await world.groups(of: user) == ["Sales"])
    }
  }

  @Test func `until a time ends then, whether anybody records it or not`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      try await world.group("Sales", of: [user])
      try await world.give("user", to: user)
      var request = Roster_V1_DeactivateUserRequest.user(user, reason: "leave")
      request.deactivateUntil = .init(seconds: 4_000_000_000, nanos: 0)
      let response = try await world.root.users.deactivateUser(request)
      #expect(response.user.deactivation.expireTime.seconds == 4_000_000_000)
      #expect(try await UserSweep(world.pool).sweep() == UserSweep.Outcome())
      _ = try await world.ask("UPDATE roster.users SET deactivated_until = now()")
      let ended = try await world.root.users.getUser(.user(user)).user
      #expect(ended.state == .active && !ended.hasDeactivation)
      let acting = world.root.with("roster-user", user.userID)
      #expect(try await acting.users.getUser(.user(user)).user == ended)

      var outcome = UserSweep.Outcome()
      outcome.reactivated = 1
      #expect(try await UserSweep(world.pool).sweep() == outcome)
      #expect(try await world.groups(of: user) == ["Sales"])
      #expect(
        try await world.ask(
          "SELECT actor_kind FROM roster.events WHERE action = 'user.reactivated'") == ["system"])
      #expect(try await UserSweep(world.pool).sweep() == UserSweep.Outcome())
      #expect(try await !world.root.users.reactivateUser(.user(user)).changed)
    }
  }

  @Test func `until a time that is past, or none, is refused`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      for time in [
        Google_Protobuf_Timestamp(seconds: 1, nanos: 0),
        Google_Protobuf_Timestamp(seconds: 1, nanos: -1),
        Google_Protobuf_Timestamp(seconds: 253_402_300_800, nanos: 0),
      ] {
        var request = Roster_V1_DeactivateUserRequest.user(user)
        request.deactivateUntil = time
        let status = await failure { () throws(Status) in
          try await world.root.users.deactivateUser(request)
        }
        #expect(status.reason == "TIME_INVALID")
        #expect(status.badFields == ["deactivate_until"])
        var lock = Roster_V1_LockUserRequest.user(user)
        lock.lockUntil = time
        let locked = await failure { () throws(Status) in
          try await world.root.users.lockUser(lock)
        }
        #expect(locked.badFields == ["lock_until"])
      }
    }
  }

  @Test func `who was invited is refused`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      _ = try await world.ask("UPDATE roster.users SET state = 'invited'")
      let status = await failure { () throws(Status) in
        try await world.root.users.deactivateUser(.user(user))
      }
      #expect(status.code == .failedPrecondition)
      #expect(status.reason == "USER_INVITED")
    }
  }

  @Test func `who is the last administrator is refused, in every way`() async throws {
    try await World.with { world in
      let organization = try await world.organization(
        settings: .with { $0.deletion.confirmation = .none })
      let ada = try await world.user("ada@example.com", in: organization)
      let bob = try await world.user("bob@example.com", in: organization)
      try await world.administrators([ada, bob])
      #expect(try await world.root.users.lockUser(.user(bob)).changed)
      let users = world.root.users
      for status in [
        await failure { () throws(Status) in try await users.lockUser(.user(ada)) },
        await failure { () throws(Status) in try await users.deactivateUser(.user(ada)) },
        await failure { () throws(Status) in try await users.deleteUser(.user(ada, .soft)) },
        await failure { () throws(Status) in try await users.deleteUser(.user(ada, .hard)) },
      ] {
        #expect(status.code == .failedPrecondition)
        #expect(status.reason == "LAST_ADMINISTRATOR")
      }
      #expect(try await world.root.users.deactivateUser(.user(bob)).changed)
    }
  }
}

@Suite struct `Reactivating a user` {
  private func settings(
    _ mode: Roster_V1_RestoreGroups
  ) -> Roster_V1_OrganizationSettings {
    .with { $0.deactivation.restoreGroups = mode }
  }

  @Test func `restores all memberships where that is automatic`() async throws {
    try await World.with { world in
      let user = try await world.user(
        "ada@example.com", in: try await world.organization(settings: settings(.automatic)))
      let sales = try await world.group("Sales", of: [user])
      let press = try await world.group("Press", of: [user])
      _ = try await world.root.users.deactivateUser(.user(user))
      let response = try await world.root.users.reactivateUser(.user(user))
      #expect(response.changed && response.user.state == .active)
      #expect(!response.user.hasDeactivation)
      #expect(Set(response.restoredGroupIds) == [sales, press])
      #expect(try await world.groups(of: user) == ["Press", "Sales"])
      #expect(try await !world.root.users.reactivateUser(.user(user)).changed)
      var naming = Roster_V1_ReactivateUserRequest.user(user, groups: [sales])
      _ = try await world.root.users.deactivateUser(.user(user))
      let status = await failure { () throws(Status) in
        try await world.root.users.reactivateUser(naming)
      }
      #expect(status.badFields == ["group_ids"])
      naming.groupIds = []
      #expect(try await world.root.users.reactivateUser(naming).changed)
    }
  }

  @Test func `restores those that are chosen, and ends the others`() async throws {
    try await World.with { world in
      let user = try await world.user(
        "ada@example.com", in: try await world.organization(settings: settings(.choose)))
      let sales = try await world.group("Sales", of: [user])
      try await world.group("Press", of: [user])
      try await world.group("Synced", of: [user], source: "directory")
      _ = try await world.root.users.deactivateUser(.user(user))
      let unknown = await failure { () throws(Status) in
        try await world.root.users.reactivateUser(.user(user, groups: [sales, freshID()]))
      }
      #expect(unknown.badFields == ["group_ids[1]"])
      _ = try await world.root.users.reactivateUser(.user(user, groups: [sales]))
      #expect(try await world.groups(of: user) == ["Sales", "Synced"])
      // A later one brings nothing back that was not chosen.
      _ = try await world.root.users.deactivateUser(.user(user))
      _ = try await world.root.users.reactivateUser(.user(user))
      #expect(try await world.groups(of: user) == ["Synced"])
    }
  }

  @Test func `restores none where none return, but the directory's`() async throws {
    try await World.with { world in
      let user = try await world.user(
        "ada@example.com", in: try await world.organization(settings: settings(.none)))
      try await world.group("Sales", of: [user])
      try await world.group("Synced", of: [user], source: "directory")
      _ = try await world.root.users.deactivateUser(.user(user))
      _ = try await world.root.users.reactivateUser(.user(user))
      #expect(try await world.groups(of: user) == ["Synced"])
    }
  }

  @Test func `leaves the lock and the password`() async throws {
    try await World.with { world in
      var request = Roster_V1_CreateUserRequest.user(
        "ada@example.com", in: try await world.organization())
      request.initialPassword = "correct horse"
      let user = try await world.root.users.createUser(request).user
      let hash = try await world.ask("SELECT hash FROM roster.passwords")
      _ = try await world.root.users.lockUser(.user(user, reason: "stolen"))
      _ = try await world.root.users.deactivateUser(.user(user))
      let response = try await world.root.users.reactivateUser(.user(user))
      #expect(response.user.lock.reason == "stolen")
      #expect(try await world.ask("SELECT hash FROM roster.passwords") == hash)
    }
  }
}

@Suite struct `A lock that ends by itself` {
  @Test func `ends then, whether anybody records it or not`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      try await world.give("user", to: user)
      var request = Roster_V1_LockUserRequest.user(user, reason: "stolen")
      request.lockUntil = .init(seconds: 4_000_000_000, nanos: 0)
      #expect(
        try await world.root.users.lockUser(request).user.lock.expireTime.seconds == 4_000_000_000)
      _ = try await world.ask("UPDATE roster.users SET locked_until = now()")
      #expect(try await !world.root.users.getUser(.user(user)).user.hasLock)
      let acting = world.root.with("roster-user", user.userID)
      #expect(try await !acting.users.getUser(.user(user)).user.hasLock)
      #expect(try await !world.root.users.unlockUser(.user(user)).changed)
      #expect(try await UserSweep(world.pool).sweep().unlocked == 1)
      #expect(try await world.count("roster.users WHERE locked_at IS NULL") == 1)
      #expect(
        try await world.ask(
          "SELECT actor_kind FROM roster.events WHERE action = 'user.unlocked'") == ["system"])
    }
  }

  @Test func `is set anew after its end, with its own time and reason`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      var request = Roster_V1_LockUserRequest.user(user, reason: "stolen")
      request.lockUntil = .init(seconds: 4_000_000_000, nanos: 0)
      _ = try await world.root.users.lockUser(request)
      _ = try await world.ask("UPDATE roster.users SET locked_until = now()")
      let again = try await world.root.users.lockUser(.user(user, reason: "lost"))
      #expect(again.changed && again.user.lock.reason == "lost")
      #expect(!again.user.lock.hasExpireTime)
    }
  }
}
