import API
import RPC
import Testing

@Suite struct `A mutation whose COMMIT gets no answer` {
  @Test func `gets the stored answer when it was done`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let proxy = try LossyProxy(.answer)
      defer { proxy.remove() }
      let client = try world.client(through: proxy.folder)
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = freshID()
      let response = try await client.users.createUser(request)
      #expect(response.changed)
      #expect(try await world.count("roster.users WHERE user_id = '\(response.user.userID)'") == 1)
      #expect(try await world.root.users.createUser(request) == response)
    }
  }

  @Test func `is of unknown outcome when no answer is stored, and is done by the next try`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      let proxy = try LossyProxy(.commit)
      defer { proxy.remove() }
      let client = try world.client(through: proxy.folder)
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.requestID = freshID()
      let sent = request
      let status = await failure { () throws(Status) in try await client.users.createUser(sent) }
      #expect(status.code == .unavailable)
      #expect(status.reason == "OUTCOME_UNKNOWN")
      #expect(status.hasRetry)
      #expect(try await world.count("roster.users") == 0)
      #expect(try await client.users.createUser(request).changed)
      #expect(try await world.count("roster.users") == 1)
    }
  }

  @Test func `and has no request id is of unknown outcome though it was done`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let proxy = try LossyProxy(.answer)
      defer { proxy.remove() }
      let client = try world.client(through: proxy.folder)
      let status = await failure { () throws(Status) in
        try await client.users.createUser(.user("ada@example.com", in: organization))
      }
      #expect(status.reason == "OUTCOME_UNKNOWN")
      #expect(try await world.count("roster.users") == 1)
    }
  }
}
