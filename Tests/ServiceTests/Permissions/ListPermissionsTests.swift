import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Listing permissions` {
  @Test func `shows the catalogue by name, and what is retired only when asked`() async throws {
    try await World.with { world in
      try await world.addProductPermissions()
      _ = try await world.ask(
        "UPDATE roster.permissions SET retired_at = now() WHERE permission = 'agents.train' "
          + "RETURNING 'x'")
      let acme = try await world.organization()
      var request = Roster_V1_ListPermissionsRequest.with {
        $0.organizationID = acme.organizationID
      }
      let live = try await world.root.permissions.listPermissions(request).permissions
      #expect(live.map(\.permission) == live.map(\.permission).sorted())
      #expect(!live.contains { $0.permission == "agents.train" })
      let edit = try #require(live.first { $0.permission == "roles.edit" })
      #expect(edit.builtIn && edit.scopes == [.all] && !edit.retired)
      request.showRetired = true
      let all = try await world.root.permissions.listPermissions(request).permissions
      #expect(all.count == live.count + 1)
      #expect(all.filter(\.retired).map(\.permission) == ["agents.train"])
    }
  }

  @Test func `is for those who may`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let user = try await world.user("bob@example.com", with: "user", in: acme)
      let status = await failure { () throws(Status) in
        try await world.acting(user).permissions.listPermissions(
          .with { $0.organizationID = acme.organizationID })
      }
      #expect(status.reason == "PERMISSION_MISSING")
    }
  }
}
