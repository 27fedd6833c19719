import API
import Domain
import RPC
import Service
import Testing

@Suite struct `A caller with a certificate` {
  private static let uri = "spiffe://test/billing"

  private func identity(
    _ uri: String = uri, methods: [String] = ["*"],
    organizations: ServiceToken.Organizations = .all, actsForUsers: Bool = false
  ) throws -> ServiceIdentity {
    try ServiceIdentity(
      uri: uri, name: Name(stored: "billing"),
      rights: ServiceToken.Rights(
        methods: methods.compactMap { MethodPattern($0) }, organizations: organizations,
        actsForUsers: actsForUsers))
  }

  @Test func `needs no token, and is the actor of what it does`() async throws {
    try await World.with { world in
      let client = try world.client(
        certificate: Self.uri, of: try ServiceIdentities([try identity()]))
      let organization = try await world.organization()
      let user = try await client.users.createUser(.user("ada@example.com", in: organization)).user
      #expect(
        try await world.count(
          "roster.events WHERE target_id = '\(user.userID)' AND actor_kind = 'service_identity' "
            + "AND actor_id IS NOT NULL") == 1)
      #expect(try await client.users.getUser(.user(user)).user.userID == user.userID)
    }
  }

  @Test func `may call the methods of its identity and no others`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let client = try world.client(
        certificate: Self.uri,
        of: try ServiceIdentities([try identity(methods: ["roster.v1.UserService/GetUser"])]))
      #expect(try await client.users.getUser(.user(user)).user.userID == user.userID)
      let refused = await failure { () throws(Status) in
        try await client.users.lockUser(.user(user))
      }
      #expect(refused.code == .permissionDenied)
      #expect(refused.reason == "METHOD_NOT_ALLOWED")
      #expect(
        try await world.count(
          "roster.events WHERE action = 'call.refused' AND actor_kind = 'service_identity'") == 1)
    }
  }

  @Test func `sees the organizations of its identity and no others`() async throws {
    try await World.with { world in
      let mine = try await world.organization("mine")
      let other = try await world.organization("other")
      let user = try await world.user("ada@example.com", in: other)
      let id = try #require(OrganizationID(canonical: mine.organizationID))
      let client = try world.client(
        certificate: Self.uri,
        of: try ServiceIdentities([try identity(organizations: .some([id]))]))
      let refused = await failure { () throws(Status) in
        try await client.users.getUser(.user(user))
      }
      #expect(refused.reason == "ORGANIZATION_NOT_FOUND")
    }
  }

  @Test func `acts for a user only when its identity may`() async throws {
    try await World.with { world in
      let (user, _) = try await world.person("user", in: try await world.organization())
      for (actsForUsers, reason) in [(false, "ACT_FOR_USERS_NOT_ALLOWED"), (true, nil)] {
        let client = try world.client(
          certificate: Self.uri,
          of: try ServiceIdentities([try identity(actsForUsers: actsForUsers)]))
        let acting = client.with("roster-user", user.userID)
        if let reason {
          let refused = await failure { () throws(Status) in
            try await acting.users.getUser(.user(user))
          }
          #expect(refused.reason == reason)
        } else {
          #expect(try await acting.users.getUser(.user(user)).user.userID == user.userID)
        }
      }
    }
  }

  @Test func `that no identity names is told what to add`() async throws {
    try await World.with { world in
      let identities = try ServiceIdentities([try identity("spiffe://test/other")])
      let client = try world.client(certificate: Self.uri, of: identities)
      let refused = await failure { () throws(Status) in
        try await client.tokens.listServiceTokens(.init())
      }
      #expect(refused.code == .unauthenticated)
      #expect(refused.reason == "TOKEN_MISSING")
      #expect(refused.message.contains("tls.identities"))
      #expect(refused.metadata["uri"] == Self.uri)
    }
  }

  @Test func `is judged by its token when it sends one`() async throws {
    try await World.with { world in
      let identities = try ServiceIdentities([
        try identity(methods: ["roster.v1.UserService/GetUser"])
      ])
      var client = try world.client(certificate: Self.uri, of: identities)
      client.token = world.root.token
      _ = try await client.tokens.listServiceTokens(.init())
      client.token = "roster_svc_none"
      let refused = await failure { () throws(Status) in
        try await client.tokens.listServiceTokens(.init())
      }
      #expect(refused.reason == "TOKEN_INVALID")
      // What the token could do is not kept for calls without one.
      client.token = ""
      let without = await failure { () throws(Status) in
        try await client.tokens.listServiceTokens(.init())
      }
      #expect(without.reason == "METHOD_NOT_ALLOWED")
    }
  }

  @Test func `loses at its next call what a new configuration takes away`() async throws {
    try await World.with { world in
      let identities = try ServiceIdentities([try identity()])
      let client = try world.client(certificate: Self.uri, of: identities)
      _ = try await client.tokens.listServiceTokens(.init())
      let same = try identity()
      #expect(throws: ServiceIdentity.Refusal.uriRepeated(Self.uri)) {
        try identities.replace([same, same])
      }
      _ = try await client.tokens.listServiceTokens(.init())
      try identities.replace([])
      let refused = await failure { () throws(Status) in
        try await client.tokens.listServiceTokens(.init())
      }
      #expect(refused.reason == "TOKEN_MISSING")
    }
  }

  @Test(arguments: ["", "billing", "spiffe://test/ä", "spiffe://test/a b"])
  func `is not named by what is no URI`(uri: String) {
    #expect(throws: ServiceIdentity.Refusal.uriInvalid(uri)) { try identity(uri) }
  }
}
