import API
import RPC
import Service
import SwiftProtobuf
import Testing

/// A call that changes something, for every method that can.
private struct Change: Sendable {
  let method: MethodDescriptor
  let bytes: @Sendable (Roster_V1_User) throws -> [UInt8]

  init<Request: Message>(
    _ method: MethodDescriptor, _ request: @escaping @Sendable (Roster_V1_User) -> Request
  ) {
    self.method = method
    bytes = { try request($0).encoded().bytes }
  }
}

/// Table: in an order in which each changes something.
private let changes: [Change] = [
  Change(OrganizationServiceMethods.createOrganization) { _ in
    Roster_V1_CreateOrganizationRequest.with {
      $0.slug = "beta"
      $0.name = "Beta"
    }
  },
  Change(OrganizationServiceMethods.updateOrganizationSettings) { user in
    Roster_V1_UpdateOrganizationSettingsRequest.with {
      $0.organizationID = user.organizationID
      $0.settings.timeZone = "Europe/Lisbon"
    }
  },
  Change(UserServiceMethods.createUser) { user in
    Roster_V1_CreateUserRequest.with {
      $0.organizationID = user.organizationID
      $0.user.email = "bob@example.com"
    }
  },
  Change(UserServiceMethods.updateUser) { user in
    Roster_V1_UpdateUserRequest.user(user, .with { $0.email = "countess@example.com" })
  },
  Change(UserServiceMethods.lockUser) { Roster_V1_LockUserRequest.user($0) },
  Change(UserServiceMethods.unlockUser) { Roster_V1_UnlockUserRequest.user($0) },
  Change(TokenServiceMethods.createServiceToken) { _ in
    Roster_V1_CreateServiceTokenRequest.with {
      $0.name = "shop"
      $0.methods = ["*"]
      $0.allOrganizations = true
    }
  },
]

@Suite struct `A mutation` {
  @Test func `leaves exactly one event, which names caller, request and trace`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
      let client = world.root.with("traceparent", "00-\(trace)-00f067aa0ba902b7-01")
      for change in changes {
        let before = try await world.count("roster.events")
        let reply = await client.call(change.method, try change.bytes(user))
        #expect(reply.status.code == .ok, "\(change.method.name)")
        #expect(try await world.count("roster.events") == before + 1, "\(change.method.name)")
      }
      #expect(
        try await world.count(
          "roster.events WHERE trace_id = '\\x\(trace)' AND actor_kind = 'service_token' "
            + "AND epoch = 1 AND xid > '0'") == changes.count)
    }
  }

  @Test func `is tried here, whichever method makes it`() {
    let tried = changes.map(\.method.fullName) + ["roster.v1.TokenService/RevokeServiceToken"]
    let writing = ServedMethods.all.filter { $0.rule?.traits.contains(.writes) == true }
    #expect(tried.sorted() == writing.map(\.fullName).sorted())
  }

  @Test func `whose traceparent is unsound begins a trace`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let headers = [
        "x", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      ]
      let before = try await world.count("roster.events")
      for (index, header) in headers.enumerated() {
        let client = world.root.with("traceparent", header)
        _ = try await client.users.createUser(.user("u\(index)@example.com", in: organization))
      }
      let traced = "(SELECT DISTINCT trace_id FROM roster.events WHERE length(trace_id) = 16) AS t"
      #expect(try await world.count(traced) == before + headers.count)
    }
  }
}
