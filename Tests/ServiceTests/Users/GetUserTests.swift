import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Looking a user up` {
  @Test func `that is not there is NOT_FOUND, naming what was asked for`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let id = freshID()
      let byID = await failure { () throws(Status) in
        try await world.root.users.getUser(
          .with {
            $0.organizationID = organization.organizationID
            $0.userID = id
          })
      }
      #expect(byID.code == .notFound)
      #expect(byID.reason == "USER_NOT_FOUND")
      #expect(byID.metadata == ["name": id])
      let byEmail = await failure { () throws(Status) in
        try await world.root.users.getUserByEmail(
          .with {
            $0.organizationID = organization.organizationID
            $0.email = "Nobody@Example.com"
          })
      }
      #expect(byEmail.metadata == ["name": "nobody@example.com"])
      let byExternalID = await failure { () throws(Status) in
        try await world.root.users.getUserByExternalID(
          .with {
            $0.organizationID = organization.organizationID
            $0.externalID = "x"
          })
      }
      #expect(byExternalID.reason == "USER_NOT_FOUND")
    }
  }

  @Test func `who is deleted finds nobody`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      _ = try await world.ask("UPDATE roster.users SET state = 'deleted' RETURNING 'x'")
      let status = await failure { () throws(Status) in
        try await world.root.users.getUser(.user(user))
      }
      #expect(status.reason == "USER_NOT_FOUND")
    }
  }
}

@Suite struct `Getting users in a batch` {
  @Test func `answers a user once though a damaged index let it have two primary addresses`()
    async throws
  {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      _ = try await world.ask(
        """
        DROP INDEX roster.emails_primary;
        INSERT INTO roster.emails
          (organization_id, email_id, user_id, address, is_primary, created_at)
        SELECT organization_id, gen_random_uuid(), user_id, 'two@example.com', true, created_at
          FROM roster.emails
        RETURNING 'x'
        """)
      let response = try await world.root.users.batchGetUsers(
        .with {
          $0.organizationID = user.organizationID
          $0.userIds = [user.userID]
        })
      #expect(response.users.map(\.userID) == [user.userID])
    }
  }

  @Test func `answers in the order of the request, each id once, and names the missing`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      let ada = try await world.user("ada@example.com", in: organization)
      let bob = try await world.user("bob@example.com", in: organization)
      let missing = freshID()
      let response = try await world.root.users.batchGetUsers(
        .with {
          $0.organizationID = organization.organizationID
          $0.userIds = [bob.userID, missing, ada.userID, bob.userID, missing]
        })
      #expect(response.users.map(\.userID) == [bob.userID, ada.userID])
      #expect(response.missingIds == [missing])
    }
  }

  @Test func `takes 1,000 ids and no more`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_BatchGetUsersRequest()
      request.organizationID = organization.organizationID
      request.userIds = (0..<1_000).map { _ in freshID() }
      let response = try await world.root.users.batchGetUsers(request)
      #expect(response.missingIds.count == 1_000)
      request.userIds.append(freshID())
      let status = await failure { () throws(Status) in
        try await world.root.users.batchGetUsers(request)
      }
      #expect(status.code == .invalidArgument)
      #expect(status.reason == "BATCH_TOO_LARGE")
      #expect(status.metadata == ["field": "user_ids", "limit": "1000"])
    }
  }

  @Test func `of nobody answers nobody`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let response = try await world.root.users.batchGetUsers(
        .with { $0.organizationID = organization.organizationID })
      #expect(response.users.isEmpty && response.missingIds.isEmpty)
    }
  }

  @Test func `names the id that is none`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let status = await failure { () throws(Status) in
        try await world.root.users.batchGetUsers(
          .with {
            $0.organizationID = organization.organizationID
            $0.userIds = [freshID(), "x"]
          })
      }
      #expect(status.reason == "ID_INVALID")
      #expect(status.badFields == ["user_ids[1]"])
    }
  }
}
