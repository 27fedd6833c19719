import API
import RPC
import Testing

/// One thing wrong with a request that creates a user.
private struct Fault: CustomTestStringConvertible {
  let reason: String
  let field: String
  let limit: String?
  let testDescription: String
  let spoil: @Sendable (inout Roster_V1_CreateUserRequest) -> Void

  init(
    _ description: String, _ reason: String, _ field: String, limit: Int? = nil,
    _ spoil: @escaping @Sendable (inout Roster_V1_CreateUserRequest) -> Void
  ) {
    testDescription = description
    self.reason = reason
    self.field = field
    self.limit = limit.map { "\($0)" }
    self.spoil = spoil
  }
}

/// Table: each limit one past its end, and each text without a meaning.
private let faults: [Fault] = [
  Fault("no address", "FIELD_REQUIRED", "user.email") { $0.user.email = "" },
  Fault("no @", "EMAIL_INVALID", "user.email") { $0.user.email = "ada" },
  Fault("no domain", "EMAIL_INVALID", "user.email") { $0.user.email = "ada@" },
  Fault("a space", "EMAIL_INVALID", "user.email") { $0.user.email = "a da@example.com" },
  Fault("U+0000 in the address", "EMAIL_INVALID", "user.email") {
    $0.user.email = "ada\0@example.com"
  },
  Fault("a display name and address", "EMAIL_INVALID", "user.email") {
    $0.user.email = "Ada <ada@example.com>"
  },
  Fault("255 bytes of address", "EMAIL_TOO_LONG", "user.email", limit: 254) {
    $0.user.email = address(byteCount: 255)
  },
  Fault("201 code points", "NAME_TOO_LONG", "user.given_name", limit: 200) {
    $0.user.givenName = String(repeating: "é", count: 201)
  },
  Fault("201 code points", "NAME_TOO_LONG", "user.family_name", limit: 200) {
    $0.user.familyName = String(repeating: "x", count: 201)
  },
  Fault("201 code points after NFC", "NAME_TOO_LONG", "user.display_name", limit: 200) {
    $0.user.displayName = String(repeating: "e\u{301}", count: 201)
  },
  Fault("a line feed in a name", "FIELD_INVALID", "user.given_name") {
    $0.user.givenName = "Ada\nLovelace"
  },
  Fault("U+0000 in a name", "FIELD_INVALID", "user.family_name") { $0.user.familyName = "x\0" },
  Fault("256 bytes of external id", "TEXT_TOO_LONG", "user.external_id", limit: 255) {
    $0.user.externalID = String(repeating: "x", count: 256)
  },
  Fault("U+0000 in the external id", "FIELD_INVALID", "user.external_id") {
    $0.user.externalID = "\0"
  },
  Fault("no language tag", "FIELD_INVALID", "user.locale") { $0.user.locale = "pt_BR" },
  Fault("36 bytes of locale", "TEXT_TOO_LONG", "user.locale", limit: 35) {
    $0.user.locale = "en-" + String(repeating: "x", count: 33)
  },
  Fault("no web address", "FIELD_INVALID", "user.avatar_url") {
    $0.user.avatarURL = "javascript:alert(1)"
  },
  Fault("2,049 bytes of avatar", "TEXT_TOO_LONG", "user.avatar_url", limit: 2_048) {
    $0.user.avatarURL = "https://example.com/" + String(repeating: "x", count: 2_029)
  },
  Fault("65 attributes", "ATTRIBUTES_TOO_MANY", "user.attributes", limit: 64) {
    for index in 0..<65 { $0.user.attributes["k\(index)"] = "" }
  },
  Fault("16 KiB and a byte of attributes", "ATTRIBUTES_TOO_LARGE", "user.attributes", limit: 16_384)
  { $0.user.attributes["k"] = String(repeating: "x", count: 16_385 - 8) },
  Fault("an empty key", "FIELD_INVALID", "user.attributes") { $0.user.attributes[""] = "x" },
  Fault("a key of 65 bytes", "FIELD_INVALID", "user.attributes") {
    $0.user.attributes[String(repeating: "k", count: 65)] = "x"
  },
  Fault("U+0000 in an attribute", "FIELD_INVALID", "user.attributes.k") {
    $0.user.attributes["k"] = "\0"
  },
  Fault("7 characters of password", "PASSWORD_TOO_SHORT", "initial_password", limit: 8) {
    $0.initialPassword = "äbcdefg"
  },
  Fault("1,025 bytes of password", "PASSWORD_TOO_LONG", "initial_password", limit: 1_024) {
    $0.initialPassword = String(repeating: "x", count: 1_025)
  },
  Fault("an unknown kind", "FIELD_INVALID", "kind") { $0.kind = .UNRECOGNIZED(7) },
]

private func address(byteCount: Int) -> String {
  let labels = "@" + String(repeating: String(repeating: "d", count: 62) + ".", count: 3) + "com"
  return String(repeating: "a", count: byteCount - labels.utf8.count) + labels
}

@Suite struct `A user's fields` {
  @Test func `past a limit or without a meaning are INVALID_ARGUMENT, naming the field`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      for fault in faults {
        var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
        fault.spoil(&request)
        let status = await failure { () throws(Status) in
          try await world.root.users.createUser(request)
        }
        #expect(status.code == .invalidArgument, "\(fault.testDescription)")
        #expect(status.reason == fault.reason, "\(fault.testDescription)")
        #expect(status.badFields == [fault.field], "\(fault.testDescription)")
        #expect(status.metadata["limit"] == fault.limit, "\(fault.testDescription)")
      }
      #expect(try await world.count("roster.users") == 0)
    }
  }

  @Test func `at their limits are taken`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user(address(byteCount: 254), in: organization)
      request.user.givenName = String(repeating: "é", count: 200)
      request.user.familyName = String(repeating: "x", count: 200)
      request.user.displayName = String(repeating: "e\u{301}", count: 200)
      request.user.externalID = String(repeating: "x", count: 255)
      request.user.avatarURL = "https://example.com/" + String(repeating: "x", count: 2_028)
      for index in 10..<73 { request.user.attributes["k\(index)"] = "" }
      // 63 × `"k10":"",`, the braces, and a last value that fills them up.
      request.user.attributes["k"] = String(repeating: "x", count: 16_384 - 63 * 9 - 2 - 6)
      request.initialPassword = String(repeating: "x", count: 1_024)
      let user = try await world.root.users.createUser(request).user
      #expect(user.attributes.count == 64)
      request.user.email = "b@example.com"
      request.user.externalID = ""
      request.initialPassword = "äbcdefgh"
      #expect(try await world.root.users.createUser(request).changed)
    }
  }

  @Test func `of a lock's reason end at 500 code points`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      let status = await failure { () throws(Status) in
        try await world.root.users.lockUser(
          .user(user, reason: String(repeating: "é", count: 501)))
      }
      #expect(status.reason == "TEXT_TOO_LONG")
      #expect(status.metadata == ["field": "reason", "limit": "500"])
      let reason = String(repeating: "é", count: 500)
      #expect(try await world.root.users.lockUser(.user(user, reason: reason)).changed)
    }
  }

  @Test func `that are ids must be canonical UUIDs`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      for text in ["x", user.userID.uppercased(), user.userID.replacing("-", with: "")] {
        var other = user
        other.userID = text
        let request = Roster_V1_GetUserRequest.user(other)
        let status = await failure { () throws(Status) in
          try await world.root.users.getUser(request)
        }
        #expect(status.reason == "ID_INVALID")
        #expect(status.badFields == ["user_id"])
      }
      var nameless = user
      nameless.userID = ""
      let request = Roster_V1_GetUserRequest.user(nameless)
      let status = await failure { () throws(Status) in
        try await world.root.users.getUser(request)
      }
      #expect(status.reason == "FIELD_REQUIRED")
    }
  }
}
