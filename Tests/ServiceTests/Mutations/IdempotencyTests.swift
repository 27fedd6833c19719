import API
import Crypto
import RPC
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct `A request id` {
  @Test func `sent a hundred times at once takes effect once and gets the same bytes`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = freshID()
      request.user.attributes = ["a": "1", "b": "2", "c": "3", "d": "4"]
      request.notify = true
      let bytes = try request.encoded().bytes
      let replies = await withTaskGroup(of: Reply.self) { group in
        for _ in 0..<100 {
          group.addTask { await world.root.call(UserServiceMethods.createUser, bytes) }
        }
        return await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      let statuses = Set(replies.map(\.status.code))
      #expect(statuses == [.ok])
      #expect(Set(replies.map(\.body)).count == 1)
      #expect(try await world.count("roster.users") == 1)
      #expect(try await world.count("roster.outbox") == 1)
      #expect(try await world.count("roster.events WHERE action = 'user.created'") == 1)
    }
  }

  @Test func `sent often with a password takes effect once, and is not hashed again`()
    async throws
  {
    let hashPool = HashPool(threadCount: 1)
    try await World.with(hashPool: hashPool) { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = freshID()
      request.initialPassword = "correct horse"
      let bytes = try request.encoded().bytes
      let replies = await withTaskGroup(of: Reply.self) { group in
        for _ in 0..<20 {
          group.addTask { await world.root.call(UserServiceMethods.createUser, bytes) }
        }
        return await group.reduce(into: [Reply]()) { $0.append($1) }
      }
      #expect(Set(replies.map(\.status.code)) == [.ok])
      #expect(Set(replies.map(\.body)).count == 1)
      #expect(try await world.count("roster.passwords") == 1)
      #expect(try await world.count("roster.events WHERE action = 'user.created'") == 1)

      // What would be hashed now is refused.
      hashPool.shutdown()
      let late = await world.root.call(UserServiceMethods.createUser, bytes)
      #expect(late.body == replies[0].body)
      request.initialPassword = "battery staple"
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(status.reason == "REQUEST_ID_REUSED")
    }
  }

  @Test func `used for another request is refused`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = freshID()
      _ = try await world.root.users.createUser(request)
      request.user.givenName = "Ada"
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(status.code == .invalidArgument)
      #expect(status.reason == "REQUEST_ID_REUSED")
      #expect(status.badFields == ["request_id"])
    }
  }

  @Test func `used for another password is refused, though no password is stored`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = freshID()
      request.initialPassword = "correct horse"
      let first = try await world.root.users.createUser(request)
      #expect(try await world.root.users.createUser(request) == first)
      request.initialPassword = "battery staple"
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(status.reason == "REQUEST_ID_REUSED")
    }
  }

  @Test func `used for another method is refused`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      var lock = Roster_V1_LockUserRequest.user(user)
      lock.requestID = freshID()
      _ = try await world.root.users.lockUser(lock)
      var unlock = Roster_V1_UnlockUserRequest.user(user)
      unlock.requestID = lock.requestID
      let status = await failure { () throws(Status) in
        try await world.root.users.unlockUser(unlock)
      }
      #expect(status.reason == "REQUEST_ID_REUSED")
    }
  }

  @Test func `means another request in another organization, and from another caller`()
    async throws
  {
    try await World.with { world in
      let acme = try await world.organization("acme")
      let beta = try await world.organization("beta")
      let id = freshID()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: acme)
      request.requestID = id
      let first = try await world.root.users.createUser(request)
      request.organizationID = beta.organizationID
      #expect(try await world.root.users.createUser(request).user.userID != first.user.userID)
      let other = try await world.client()
      request.user.email = "bob@example.com"
      #expect(try await other.users.createUser(request).changed)
    }
  }

  @Test func `repeated says and feeds what the first call did, though that changed nothing`()
    async throws
  {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      _ = try await world.root.users.lockUser(.user(user))
      var request = Roster_V1_LockUserRequest.user(user)
      request.requestID = freshID()
      let bytes = try request.encoded().bytes
      let first = await world.root.call(UserServiceMethods.lockUser, bytes)
      let feed = "roster.access_feed WHERE narrowing"
      let before = try await world.count(feed)
      let again = await world.root.call(UserServiceMethods.lockUser, bytes)
      #expect(again.body == first.body)
      #expect(try Roster_V1_LockUserResponse(serializedBytes: again.message ?? []).changed == false)
      #expect(again.field("roster-barrier") == "none")
      #expect(again.fields.map(\.name) == first.fields.map(\.name))
      #expect(try await world.count(feed) == before + 1)
    }
  }

  @Test func `of a call that failed may be used again`() async throws {
    try await World.with { world in
      let organization = try await world.organization(
        settings: .with { $0.emailChangeUnconfirmed = true })
      let ada = try await world.user("ada@example.com", in: organization)
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = freshID()
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(status.reason == "EMAIL_ALREADY_EXISTS")
      #expect(try await world.count("roster.idempotency_keys") == 0)
      _ = try await world.root.users.updateUser(
        .user(ada, .with { $0.email = "countess@example.com" }))
      #expect(try await world.root.users.createUser(request).changed)
    }
  }

  @Test func `past its 24 hours is free`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = freshID()
      _ = try await world.root.users.createUser(request)
      _ = try await world.ask(
        "UPDATE roster.idempotency_keys SET expires_at = now() - interval '1 s' RETURNING 'x'")
      request.user.email = "bob@example.com"
      #expect(try await world.root.users.createUser(request).changed)
    }
  }

  @Test(arguments: ["x", "0190B3E4-0000-7000-8000-000000000000", "0190b3e40000"])
  func `that is no canonical UUID is refused`(_ id: String) async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = id
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(status.reason == "REQUEST_ID_INVALID")
    }
  }

  @Test func `in flight elsewhere is ABORTED with the time to wait`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = freshID()
      let token = try await world.ask("SELECT token_id::text FROM roster.service_tokens")
      let bytes = try request.encoded().bytes
      // A transaction that claimed the key and doesn't end: its session sleeps past the lock wait.
      let holder = Task(executorPreference: world.loop) {
        try await world.database.run(
          """
          BEGIN;
          INSERT INTO roster.idempotency_keys (
            organization_id, principal_kind, principal_id, request_id, method, request_digest,
            expires_at)
          VALUES ('\(organization.organizationID)', 'service_token', '\(token[0] ?? "")',
                  '\(request.requestID)', 'x', sha256('x'), now() + interval '1 day');
          SELECT pg_sleep(3);
          """, loop: world.loop)
      }
      let holding = "pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
      while try await world.count(holding) == 0 {}
      let reply = await world.root.call(UserServiceMethods.createUser, bytes)
      #expect(reply.status.code == .aborted)
      #expect(reply.status.reason == "REQUEST_IN_FLIGHT")
      #expect(reply.status.hasRetry)
      _ = try await holder.value
    }
  }
}
