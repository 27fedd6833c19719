import API
import AccessIndex
import Crypto
import Domain
import EventLoop
import RPC
import SwiftProtobuf
import Testing

extension Roster_V1_CreateServiceTokenRequest {
  /// For everything.
  fileprivate static let all = Roster_V1_CreateServiceTokenRequest.with {
    $0.name = "shop"
    $0.methods = ["*"]
    $0.allOrganizations = true
  }
}

@Suite struct `Creating a service token` {
  @Test func `answers a secret that calls, and stores only its hash`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let response = try await world.root.tokens.createServiceToken(
        .with {
          $0.name = "shop"
          $0.methods = ["roster.v1.UserService/*"]
          $0.organizationIds = [organization.organizationID]
        })
      #expect(response.changed)
      #expect(response.secret.wholeMatch(of: /roster_svc_00[0-9A-Za-z]{49}/) != nil)
      #expect(response.serviceToken.methods == ["roster.v1.UserService/*"])
      var shop = world.root
      shop.token = response.secret
      #expect(try await shop.users.createUser(.with { $0.user.email = "ada@example.com" }).changed)
      #expect(
        try await world.count(
          "roster.service_tokens AS t WHERE t::text LIKE '%\(response.secret)%'") == 0)
      #expect(
        try await world.count(
          "roster.events WHERE action = 'service_token.created' AND organization_id = "
            + "'00000000-0000-0000-0000-000000000000'") == 1)
    }
  }

  @Test func `repeated by request id answers the same secret, kept only sealed`() async throws {
    try await World.with { world in
      var request = Roster_V1_CreateServiceTokenRequest.all
      request.requestID = freshID()
      let first = try await world.root.tokens.createServiceToken(request)
      #expect(try await world.root.tokens.createServiceToken(request) == first)
      #expect(
        try await world.count(
          "roster.idempotency_keys WHERE encode(answer, 'escape') LIKE '%\(first.secret)%'") == 0)
    }
  }

  @Test func `gives no right that its caller lacks`() async throws {
    try await World.with { world in
      let client = try await world.client(methods: ["roster.v1.TokenService/*"])
      let more: [(inout Roster_V1_CreateServiceTokenRequest) -> Void] = [
        { $0.methods = ["*"] },
        { $0.methods = ["roster.v1.TokenService/*", "roster.v1.UserService/GetUser"] },
        { $0.actForUsers = true },
      ]
      for change in more {
        var request = Roster_V1_CreateServiceTokenRequest.all
        request.methods = ["roster.v1.TokenService/ListServiceTokens"]
        change(&request)
        let asked = request
        let status = await failure { () throws(Status) in
          try await client.tokens.createServiceToken(asked)
        }
        #expect(status.code == .permissionDenied)
        #expect(status.reason == "TOKEN_RIGHTS_EXCEEDED")
      }
    }
  }

  @Test func `gives none that outlives its caller's`() async throws {
    try await World.with { world in
      let end = World.wallClock().seconds + 3_600
      let secret = try await World.insertToken(
        world.pool,
        ServiceToken.Rights(methods: [.all], organizations: .all, actsForUsers: false),
        expiresAt: Timestamp(microseconds: end * 1_000_000))
      let client = Client(line: world.line, token: secret.text)
      var request = Roster_V1_CreateServiceTokenRequest.all
      request.validateOnly = true
      for expiry in [nil, Google_Protobuf_Timestamp(seconds: end, nanos: 1_000)] {
        if let expiry { request.expireTime = expiry }
        let asked = request
        let status = await failure { () throws(Status) in
          try await client.tokens.createServiceToken(asked)
        }
        #expect(status.code == .permissionDenied)
        #expect(status.reason == "TOKEN_RIGHTS_EXCEEDED")
      }
      request.expireTime = Google_Protobuf_Timestamp(seconds: end)
      #expect(try await client.tokens.createServiceToken(request).changed)
    }
  }

  @Test func `refuses what is no name, method, organization or time`() async throws {
    typealias Request = Roster_V1_CreateServiceTokenRequest
    let past = Google_Protobuf_Timestamp(seconds: 1_000_000_000)
    let cases: [(String, String, @Sendable (inout Request) -> Void)] = [
      ("FIELD_REQUIRED", "name", { $0.name = "" }),
      ("FIELD_REQUIRED", "methods", { $0.methods = [] }),
      ("METHOD_PATTERN_INVALID", "methods", { $0.methods = ["roster.v1.UserService"] }),
      ("METHOD_PATTERN_INVALID", "methods", { $0.methods = ["roster.v1.UserService/Get"] }),
      ("METHOD_PATTERN_INVALID", "methods", { $0.methods = ["roster.v1.Nothing/*"] }),
      (
        "LIST_TOO_LONG", "methods",
        { $0.methods = Array(repeating: "*", count: 257) }
      ),
      ("FIELD_REQUIRED", "organization_ids", { $0.allOrganizations = false }),
      ("FIELD_INVALID", "organization_ids", { $0.organizationIds = [freshID()] }),
      (
        "ID_INVALID", "organization_ids[0]",
        {
          $0.allOrganizations = false
          $0.organizationIds = ["x"]
        }
      ),
      (
        "LIST_TOO_LONG", "organization_ids",
        {
          $0.allOrganizations = false
          $0.organizationIds = (0..<1_001).map { _ in freshID() }
        }
      ),
      ("TIME_INVALID", "expire_time", { $0.expireTime = past }),
      ("TIME_INVALID", "expire_time", { $0.expireTime.nanos = -1 }),
      ("TIME_INVALID", "expire_time", { $0.expireTime.seconds = 253_402_300_800 }),
    ]
    try await World.with { world async throws in
      for (reason, field, spoil) in cases {
        var request = Request.all
        spoil(&request)
        let spoiled = request
        let status = await failure { () throws(Status) in
          try await world.root.tokens.createServiceToken(spoiled)
        }
        #expect(status.code == .invalidArgument)
        #expect(status.reason == reason, "\(field)")
        #expect(status.badFields == [field])
      }
      #expect(try await world.count("roster.service_tokens") == 1)
    }
  }
}

@Suite struct `Revoking a service token` {
  @Test func `returns when no replica takes it any more, and twice is once`() async throws {
    try await World.with { world in
      let poller = ServiceTokenPoller(
        world.tokens, source: DatabaseTokenSource(world.pool), loop: world.loop)
      poller.start()
      defer { poller.stop() }
      let organization = try await world.organization()
      let created = try await world.root.tokens.createServiceToken(.all)
      var shop = world.root
      shop.token = created.secret
      #expect(try await shop.users.createUser(.user("ada@example.com", in: organization)).changed)
      #expect(world.tokens.isReady)

      var request = Roster_V1_RevokeServiceTokenRequest()
      request.serviceTokenID = created.serviceToken.serviceTokenID
      let start = MonotonicInstant.now()
      let revoked = try await world.root.tokens.revokeServiceToken(request)
      #expect(MonotonicInstant.now() - start >= .milliseconds(1_050))
      #expect(revoked.changed && revoked.serviceToken.hasRevokeTime)
      let status = await failure { [shop] () throws(Status) in
        try await shop.users.createUser(.user("bob@example.com", in: organization))
      }
      #expect(status.reason == "TOKEN_INVALID")

      let again = try await world.root.tokens.revokeServiceToken(request)
      #expect(!again.changed)
      #expect(again.serviceToken == revoked.serviceToken)
      #expect(try await world.count("roster.events WHERE action = 'service_token.revoked'") == 1)
    }
  }

  @Test func `that never was is NOT_FOUND`() async throws {
    try await World.with { world in
      let status = await failure { () throws(Status) in
        try await world.root.tokens.revokeServiceToken(.with { $0.serviceTokenID = freshID() })
      }
      #expect(status.code == .notFound)
      #expect(status.reason == "SERVICE_TOKEN_NOT_FOUND")
    }
  }
}

@Suite struct `Listing service tokens` {
  @Test func `leaves out those that ended, unless asked`() async throws {
    try await World.with { world in
      for _ in 0..<3 { _ = try await world.client(methods: ["roster.v1.UserService/GetUser"]) }
      _ = try await world.ask(
        "UPDATE roster.service_tokens SET revoked_at = now() WHERE token_id = "
          + "(SELECT max(token_id::text)::uuid FROM roster.service_tokens) RETURNING 'x'")
      let live = try await world.root.tokens.listServiceTokens(.init()).serviceTokens
      #expect(live.count == 3)
      #expect(live.allSatisfy { !$0.hasRevokeTime })
      let all = try await world.root.tokens.listServiceTokens(.with { $0.showEnded = true })
      #expect(all.serviceTokens.count == 4)
      #expect(all.nextPageToken.isEmpty)

      var request = Roster_V1_ListServiceTokensRequest()
      request.pageSize = 2
      let first = try await world.root.tokens.listServiceTokens(request)
      request.pageToken = first.nextPageToken
      let second = try await world.root.tokens.listServiceTokens(request)
      #expect(first.serviceTokens + second.serviceTokens == live)
      request.showEnded = true
      let other = request
      let status = await failure { () throws(Status) in
        try await world.root.tokens.listServiceTokens(other)
      }
      #expect(status.reason == "PAGE_TOKEN_MISMATCH")
    }
  }
}
