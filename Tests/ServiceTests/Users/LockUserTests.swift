import API
import RPC
import Testing

@Suite struct `Locking a user` {
  @Test func `keeps the first time and reason when locked twice`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let first = try await world.root.users.lockUser(.user(user, reason: "stolen laptop"))
      #expect(first.changed)
      #expect(first.user.lock.reason == "stolen laptop")
      let second = try await world.root.users.lockUser(.user(user, reason: "again"))
      #expect(!second.changed)
      #expect(second.user == first.user)
      #expect(
        try await world.eventActions()
          == ["organization.created", "user.created", "user.locked"])
    }
  }

  @Test func `feeds the replicas each time, also when nothing changed`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let fed = "roster.access_feed WHERE key = '\(user.userID)' AND narrowing"
      #expect(try await world.count(fed) == 0)
      _ = try await world.root.users.lockUser(.user(user))
      #expect(try await world.count(fed) == 1)
      _ = try await world.root.users.lockUser(.user(user))
      #expect(try await world.count(fed) == 2)
    }
  }

  @Test func `repeated by request id feeds the replicas again, and answers the same`()
    async throws
  {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      var request = Roster_V1_LockUserRequest.user(user)
      request.requestID = freshID()
      let first = try await world.root.users.lockUser(request)
      #expect(try await world.root.users.lockUser(request) == first)
      #expect(
        try await world.count("roster.access_feed WHERE key = '\(user.userID)' AND narrowing")
          == 2)
      #expect(try await world.count("roster.events WHERE action = 'user.locked'") == 1)
    }
  }

  @Test func `with a stale etag is ABORTED and locks nobody`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      var request = Roster_V1_LockUserRequest.user(user)
      request.etag = "7"
      let status = await failure { () throws(Status) in
        try await world.root.users.lockUser(request)
      }
      #expect(status.reason == "ETAG_MISMATCH")
      #expect(try await world.count("roster.users WHERE locked_at IS NOT NULL") == 0)
      #expect(try await world.count("roster.events WHERE action = 'user.locked'") == 0)
    }
  }

  @Test func `answers the barrier's outcome in the trailers`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let request = try Roster_V1_LockUserRequest.user(user).encoded().bytes
      let reply = await world.root.call(UserServiceMethods.lockUser, request)
      #expect(reply.field("roster-barrier") == "none")
    }
  }
}

@Suite struct `Unlocking a user` {
  @Test func `takes the lock away, once`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      #expect(try await !world.root.users.unlockUser(.user(user)).changed)
      _ = try await world.root.users.lockUser(.user(user))
      var request = Roster_V1_UnlockUserRequest.user(user)
      request.notify = true
      let response = try await world.root.users.unlockUser(request)
      #expect(response.changed)
      #expect(!response.user.hasLock)
      #expect(try await !world.root.users.unlockUser(request).changed)
      #expect(
        try await world.eventActions()
          == ["organization.created", "user.created", "user.locked", "user.unlocked"])
      #expect(try await world.count("roster.outbox WHERE template = 'user_unlocked'") == 1)
    }
  }
}
