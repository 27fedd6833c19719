import API
import Crypto
import Domain
import RPC
import Service
import SwiftProtobuf
import Testing

@Suite struct `A call` {
  private func get(_ world: World, _ metadata: [(name: StaticString, value: String)]) async
    -> Status
  {
    await world.line.call(UserServiceMethods.getUser.path, [], metadata).status
  }

  @Test func `without a token is told how to send one`() async throws {
    try await World.with { world in
      for metadata in [[], [("authorization", "Basic YTpi")], [("authorization", "Bearer")]]
        as [[(name: StaticString, value: String)]]
      {
        let status = await get(world, metadata)
        #expect(status.code == .unauthenticated)
        #expect(status.reason == "TOKEN_MISSING")
        #expect(status.message.contains("authorization: Bearer roster_svc_"))
      }
    }
  }

  @Test func `with a token that is none of ours is told so, and not why`() async throws {
    try await World.with { world in
      let expired = try await World.insertToken(
        world.pool,
        ServiceToken.Rights(methods: [.all], organizations: .all, actsForUsers: false),
        expiresAt: World.wallClock().advanced(by: .seconds(-1)))
      var answers: Set<Status> = []
      for token in [
        "x", Secret.make(.service).text, Secret.make(.session).text, world.root.token + "0",
        expired.text,
      ] {
        let status = await get(world, [("authorization", "Bearer \(token)")])
        #expect(status.code == .unauthenticated)
        #expect(status.reason == "TOKEN_INVALID")
        answers.insert(status)
      }
      #expect(answers.count == 1)
    }
  }

  @Test func `with two tokens is refused`() async throws {
    try await World.with { world in
      let header = "Bearer \(world.root.token)"
      let both: [(name: StaticString, value: String)] = [
        ("authorization", header), ("authorization", header),
      ]
      #expect(await get(world, both).reason == "TOKEN_INVALID")
      // On a connection that knows the token, too.
      #expect(await get(world, [both[0]]).reason == "ORGANIZATION_REQUIRED")
      #expect(await get(world, both).reason == "TOKEN_INVALID")
    }
  }

  @Test func `takes the scheme in any case`() async throws {
    try await World.with { world in
      let status = await get(world, [("authorization", "bEaReR \(world.root.token)")])
      #expect(status.reason == "ORGANIZATION_REQUIRED")
    }
  }

  @Test func `is authenticated before a byte of it is decoded`() async throws {
    try await World.with { world in
      let path = UserServiceMethods.getUser.path
      let stranger = await world.line.call(path, [0xFF], [])
      #expect(stranger.status.reason == "TOKEN_MISSING")
      let caller = await world.root.call(UserServiceMethods.getUser, [0xFF])
      #expect(caller.status.code == .internal)
      #expect(caller.status.reason == "MESSAGE_MALFORMED")
    }
  }

  @Test func `of a revoked token is refused on the connection that used it`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let client = try await world.client(organizations: [organization])
      #expect(try await client.users.createUser(.user("ada@example.com", in: organization)).changed)
      _ = try await world.ask(
        "UPDATE roster.service_tokens SET revoked_at = now() "
          + "WHERE organization_ids IS NOT NULL RETURNING 'x'")
      let status = await failure { () throws(Status) in
        try await client.users.createUser(.user("bob@example.com", in: organization))
      }
      #expect(status.reason == "TOKEN_INVALID")
    }
  }
}

@Suite struct `A service token that memory is too old to judge` {
  @Test(arguments: [-3_600, 3_600])
  func `is judged by the clock of the database, however wrong the server's`(
    skewSeconds: Int
  ) async throws {
    try await World.with(clockSkew: .seconds(skewSeconds)) { world in
      var reasons: [String?] = []
      for seconds in [600, -600] {
        let secret = try await World.insertToken(
          world.pool,
          ServiceToken.Rights(methods: [.all], organizations: .all, actsForUsers: false),
          expiresAt: World.wallClock().advanced(by: .seconds(seconds)))
        let client = Client(line: world.line, token: secret.text)
        reasons.append(await client.call(UserServiceMethods.getUser, []).status.reason)
      }
      #expect(reasons == ["ORGANIZATION_REQUIRED", "TOKEN_INVALID"])
    }
  }

  @Test func `is refused from the commit on that revoked it`() async throws {
    try await World.with { world in
      let client = try await world.client()
      let before = await client.call(UserServiceMethods.getUser, []).status
      #expect(before.reason == "ORGANIZATION_REQUIRED")
      _ = try await world.ask(
        "UPDATE roster.service_tokens SET revoked_at = now() WHERE act_for_users = false "
          + "RETURNING 'x'")
      let after = await client.call(UserServiceMethods.getUser, []).status
      #expect(after.reason == "TOKEN_INVALID")
    }
  }
}

@Suite struct `A service token` {
  @Test func `calls the methods it lists and no others`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let client = try await world.client(
        methods: ["roster.v1.UserService/GetUser", "roster.v1.OrganizationService/*"])
      #expect(try await client.users.getUser(.user(user)).user == user)
      #expect(
        try await client.organizations.getOrganization(
          .with { $0.organizationID = organization.organizationID }
        ).organization == organization)
      let status = await failure { () throws(Status) in
        try await client.users.lockUser(.user(user))
      }
      #expect(status.code == .permissionDenied)
      #expect(status.reason == "METHOD_NOT_ALLOWED")
      #expect(status.metadata == ["method": "roster.v1.UserService/LockUser"])
    }
  }

  @Test func `of some organizations calls nothing of the installation`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let client = try await world.client(organizations: [organization])
      for method in ServedMethods.all where method.rule?.scope == .installation {
        let reply = await client.call(method, [])
        #expect(reply.status.code == .permissionDenied)
        #expect(reply.status.reason == "INSTALLATION_SCOPE_REQUIRED")
      }
    }
  }

  @Test func `of several organizations must name one, in canonical text`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme")
      let beta = try await world.organization("beta")
      let client = try await world.client(organizations: [acme, beta])
      for client in [client, world.root] {
        let status = await failure { () throws(Status) in
          try await client.users.getUser(.with { $0.userID = freshID() })
        }
        #expect(status.code == .invalidArgument)
        #expect(status.reason == "ORGANIZATION_REQUIRED")
        #expect(status.badFields == ["organization_id"])
      }
      for text in ["x", acme.organizationID.uppercased(), "{\(acme.organizationID)}"] {
        let status = await failure { () throws(Status) in
          try await client.users.getUser(
            .with {
              $0.organizationID = text
              $0.userID = freshID()
            })
        }
        #expect(status.reason == "ID_INVALID")
        #expect(status.badFields == ["organization_id"])
      }
    }
  }

  @Test func `without the right acts for nobody`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let client = try await world.client(organizations: [organization])
      for header in ["roster-user", "roster-session"] as [StaticString] {
        let status = await failure { () throws(Status) in
          try await client.with(header, user.userID).users.getUser(.user(user))
        }
        #expect(status.code == .permissionDenied)
        #expect(status.reason == "ACT_FOR_USERS_NOT_ALLOWED")
        #expect(status.metadata == ["header": "\(header)"])
      }
    }
  }

  @Test func `with the right acts for an active user, who is the actor then`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let (ada, client) = try await world.person("admin", in: organization)
      let bob = try await client.users.createUser(.user("bob@example.com", in: organization)).user
      #expect(
        try await world.count(
          "roster.events WHERE target_id = '\(bob.userID)' AND actor_kind = 'user' "
            + "AND actor_id = '\(ada.userID)' AND actor_details IS NOT NULL") == 1)

      _ = try await world.root.users.lockUser(.user(ada))
      let locked = await failure { () throws(Status) in try await client.users.getUser(.user(bob)) }
      #expect(locked.code == .permissionDenied)
      #expect(locked.reason == "ACTING_USER_INVALID")
      let nobody = await failure { () throws(Status) in
        try await world.root.with("roster-user", freshID()).users.getUser(.user(bob))
      }
      #expect(nobody == locked)
      let other = try await world.organization("beta")
      let elsewhere = await failure { () throws(Status) in
        try await client.users.createUser(.user("eve@example.com", in: other))
      }
      #expect(elsewhere == locked)
      let nowhere = await failure { () throws(Status) in
        try await client.users.getUser(
          .with {
            $0.organizationID = freshID()
            $0.userID = bob.userID
          })
      }
      #expect(nowhere.reason == "ORGANIZATION_NOT_FOUND")
    }
  }

  @Test func `acts for no user by an id that is none, nor by a session`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let id = await failure { () throws(Status) in
        try await world.root.with("roster-user", "ada").users.getUser(.user(user))
      }
      #expect(id.reason == "ID_INVALID")
      #expect(id.badFields == ["roster-user"])
      let session = await failure { () throws(Status) in
        try await world.root.with("roster-session", Secret.make(.session).text).users.getUser(
          .user(user))
      }
      #expect(session.code == .unauthenticated)
      #expect(session.reason == "SESSION_INVALID")
    }
  }

  @Test func `acts for no user in the installation`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let status = await failure { () throws(Status) in
        try await world.root.with("roster-user", user.userID).tokens.listServiceTokens(.init())
      }
      #expect(status.reason == "ACTING_USER_INVALID")
    }
  }
}

@Suite struct `A refusal` {
  @Test func `becomes one event a minute for each organization, caller, method and reason`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let client = try await world.client(methods: ["roster.v1.UserService/GetUser"])
      for _ in 0..<5 {
        _ = await failure { () throws(Status) in try await client.users.lockUser(.user(user)) }
      }
      _ = await failure { () throws(Status) in try await client.users.unlockUser(.user(user)) }
      #expect(
        try await world.count(
          "roster.events WHERE action = 'call.refused' AND outcome = 'refused' "
            + "AND reason = 'METHOD_NOT_ALLOWED' AND actor_kind = 'service_token'") == 2)
    }
  }

  @Test func `to reach an organization that the token is not for is one of the installation`()
    async throws
  {
    try await World.with { world in
      let acme = try await world.organization("acme")
      let beta = try await world.organization("beta")
      let client = try await world.client(organizations: [acme])
      for id in [beta.organizationID, freshID()] {
        _ = await failure { () throws(Status) in
          try await client.organizations.getOrganization(.with { $0.organizationID = id })
        }
      }
      #expect(
        try await world.count(
          "roster.events WHERE action = 'call.refused' AND reason = 'ORGANIZATION_NOT_FOUND' "
            + "AND organization_id = '00000000-0000-0000-0000-000000000000'") == 1)
    }
  }

  @Test func `to act for whoever is claimed is the backend's, in the organization it tried`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      for _ in 0..<5 {
        let client = world.root.with("roster-user", freshID())
        _ = await failure { () throws(Status) in try await client.users.getUser(.user(user)) }
      }
      #expect(
        try await world.count(
          "roster.events WHERE action = 'call.refused' AND reason = 'ACTING_USER_INVALID' "
            + "AND actor_kind = 'service_token' AND actor_id = "
            + "(SELECT token_id FROM roster.service_tokens) "
            + "AND organization_id = '\(organization.organizationID)'") == 1)
      #expect(try await world.count("roster.events WHERE action = 'call.refused'") == 1)
    }
  }

  @Test func `of a person who may act is theirs`() async throws {
    try await World.with { world in
      var settings = Roster_V1_OrganizationSettings()
      let organization = try await world.organization()
      let (ada, client) = try await world.person("admin", in: organization)
      settings.userCreation = [.invitation]
      _ = try await world.root.organizations.updateOrganizationSettings(
        .with {
          $0.organizationID = organization.organizationID
          $0.settings = settings
        })
      _ = await failure { () throws(Status) in
        try await client.users.createUser(.user("bob@example.com", in: organization))
      }
      #expect(
        try await world.count(
          "roster.events WHERE action = 'call.refused' AND actor_id = '\(ada.userID)' "
            + "AND reason = 'USER_CREATION_NOT_ALLOWED'") == 1)
    }
  }

  @Test func `of a request that could never succeed is no event`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let before = try await world.eventActions()
      _ = await failure { () throws(Status) in
        try await world.root.users.createUser(.user("x", in: organization))
      }
      #expect(try await world.eventActions() == before)
    }
  }
}
