import API
import RPC
import Service
import SwiftProtobuf
import Testing

@Suite struct `A service token as an object` {
  /// Methods of the installation; only the last names an object.
  private static let methods = [
    OrganizationServiceMethods.createOrganization, OrganizationServiceMethods.suspendOrganization,
    OrganizationServiceMethods.resumeOrganization, TokenServiceMethods.createServiceToken,
    TokenServiceMethods.listServiceTokens, TokenServiceMethods.revokeServiceToken,
  ]

  /// The answer to a revocation with the object's id replaced.
  private func answer(_ client: Client, _ object: String) async throws -> String {
    let request = Roster_V1_RevokeServiceTokenRequest.with {
      $0.serviceTokenID = object
      // Every answer but the one to the object itself is the same without it.
      $0.validateOnly = true
    }
    let bytes = try request.encoded().bytes
    let reply = await client.call(TokenServiceMethods.revokeServiceToken, bytes)
    return reply.everything
      .replacing(object, with: "<object>")
      .replacing("\(Array(object.utf8))".dropFirst().dropLast(), with: "<bytes>")
  }

  private func tokenIDs(_ world: World) async throws -> [String] {
    try await world.ask("SELECT token_id::text FROM roster.service_tokens ORDER BY token_id")
      .compactMap { $0 }
  }

  @Test func `is walked by every method`() {
    let found = ServedMethods.all.filter { $0.rule?.scope == .installation }.map(\.fullName)
    #expect(found.sorted() == Self.methods.map(\.fullName).sorted())
  }

  @Test func `is not told to tokens that may not see it`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let object = try await tokenIDs(world)[0]
      let before = try await world.ask("SELECT t::text FROM roster.service_tokens AS t")
      let bound = try await world.client(organizations: [organization])
      let other = try await world.client(methods: ["roster.v1.UserService/*"])
      let acting = world.root.with("roster-user", freshID())
      for (client, reason) in [
        (bound, "INSTALLATION_SCOPE_REQUIRED"), (other, "METHOD_NOT_ALLOWED"),
        (acting, "ACTING_USER_INVALID"),
      ] {
        let random = try await answer(client, freshID())
        #expect(random.contains(reason))
        #expect(try await answer(client, object) == random)
        #expect(try await answer(client, "no id") == random)
      }
      let after = try await world.ask("SELECT t::text FROM roster.service_tokens AS t")
      #expect(Set(before).isSubset(of: after))
    }
  }

  @Test func `is found by nothing but its own id`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let random = try await answer(world.root, freshID())
      #expect(random.contains("SERVICE_TOKEN_NOT_FOUND"))
      #expect(try await answer(world.root, user.userID) == random)
      #expect(try await answer(world.root, organization.organizationID) == random)
      #expect(try await answer(world.root, try await tokenIDs(world)[0]) != random)
      #expect(try await world.count("roster.service_tokens WHERE revoked_at IS NOT NULL") == 0)
    }
  }
}
