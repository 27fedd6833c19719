import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Listing organizations` {
  private func pages(
    _ client: Client, size: Int32
  ) async throws -> [[String]] {
    var pages: [[String]] = []
    var request = Roster_V1_ListOrganizationsRequest()
    request.pageSize = size
    repeat {
      let response = try await client.organizations.listOrganizations(request)
      pages.append(response.organizations.map(\.slug))
      request.pageToken = response.nextPageToken
    } while !request.pageToken.isEmpty
    return pages
  }

  @Test func `walks all of them in the order of creation, a page at a time`() async throws {
    try await World.with { world in
      let slugs = ["acme-1", "acme-2", "acme-3", "acme-4", "acme-5"]
      var organizations: [Roster_V1_Organization] = []
      for slug in slugs { organizations.append(try await world.organization(slug)) }
      #expect(
        try await pages(world.root, size: 2)
          == [["acme-1", "acme-2"], ["acme-3", "acme-4"], ["acme-5"]])
      #expect(try await pages(world.root, size: 5) == [slugs])
      #expect(try await pages(world.root, size: 0) == [slugs])
      let client = try await world.client(organizations: [organizations[4], organizations[1]])
      #expect(try await pages(client, size: 1) == [["acme-2"], ["acme-5"]])
    }
  }

  @Test func `that runs into its time limit says so`() async throws {
    try await World.with { world in
      _ = try await world.organization()
      _ = try await world.ask(
        """
        ALTER TABLE roster.organizations RENAME TO quick_organizations;
        CREATE VIEW roster.organizations AS
          SELECT o.* FROM roster.quick_organizations AS o, pg_sleep(4);
        GRANT SELECT ON roster.organizations TO roster_system;
        """)
      let status = await failure { () throws(Status) in
        try await world.root.organizations.listOrganizations(.init())
      }
      #expect(status.code == .resourceExhausted)
      #expect(status.reason == "LIST_TOO_EXPENSIVE")
    }
  }

  @Test func `takes no token that was changed, made up, or another caller's`() async throws {
    try await World.with { world in
      for slug in ["acme-1", "acme-2", "acme-3"] { _ = try await world.organization(slug) }
      var request = Roster_V1_ListOrganizationsRequest()
      request.pageSize = 1
      let token = try await world.root.organizations.listOrganizations(request).nextPageToken
      let last = token.last == "0" ? "1" : "0"
      for text in ["x", "00", token.dropLast() + last, token.uppercased(), token + "00"] {
        request.pageToken = String(text)
        let spoiled = request
        let status = await failure { () throws(Status) in
          try await world.root.organizations.listOrganizations(spoiled)
        }
        #expect(status.code == .invalidArgument)
        #expect(status.reason == "PAGE_TOKEN_INVALID", "\(text)")
      }
      request.pageToken = token
      let other = try await world.client()
      let foreign = request
      let status = await failure { () throws(Status) in
        try await other.organizations.listOrganizations(foreign)
      }
      #expect(status.reason == "PAGE_TOKEN_MISMATCH")
      let otherMethod = await failure { () throws(Status) in
        try await world.root.tokens.listServiceTokens(.with { $0.pageToken = token })
      }
      #expect(otherMethod.reason == "PAGE_TOKEN_MISMATCH")
    }
  }

  @Test func `refuses a negative page size, and coerces one that is too large`() async throws {
    try await World.with { world in
      _ = try await world.organization()
      let status = await failure { () throws(Status) in
        try await world.root.organizations.listOrganizations(.with { $0.pageSize = -1 })
      }
      #expect(status.reason == "PAGE_SIZE_INVALID")
      #expect(try await pages(world.root, size: .max) == [["acme"]])
    }
  }
}
