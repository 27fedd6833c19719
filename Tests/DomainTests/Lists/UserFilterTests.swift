import Domain
import Testing

@Suite struct `A filter of users` {
  @Test func `leaves the deleted out unless they are asked for alone`() throws {
    #expect(try UserFilter("").states == [.invited, .active, .inactive])
    #expect(try UserFilter("NOT state = active").states == [.invited, .inactive])
    #expect(try UserFilter("state = active OR state = invited").states == [.active, .invited])
    #expect(try UserFilter("state = deleted").states == [.deleted])
    #expect(throws: FilterRefusal.combinationUnsupported(at: 1)) {
      try UserFilter("state = deleted OR state = active")
    }
  }

  /// Table: filters that mean the same.
  @Test(arguments: [
    ("kind = human", "-kind = service"),
    ("source != manual", "NOT source = manual"),
    ("locked = true", "locked != false"),
    ("locked = true OR locked = false", ""),
    (
      "create_time >= 2026-01-01T00:00:00Z create_time < 2026-02-01T00:00:00Z",
      "create_time < 2026-02-01T00:00:00Z NOT create_time < 2026-01-01T00:00:00Z"
    ),
    (
      "create_time > 2026-01-01T00:00:00Z create_time > 2026-02-01T00:00:00Z",
      "create_time > 2026-02-01T00:00:00Z"
    ),
    (
      "inactive_since = 2026-01-01T00:00:00Z inactive_since = 2026-02-01T00:00:00Z",
      "inactive_since = 2026-01-01T00:00:00Z"
    ),
    ("state = active OR state = inactive state = active", "state = active"),
    (
      "group != 01a2009c-d5b3-747e-ad7c-bef19d2cbf40",
      "-group = 01a2009c-d5b3-747e-ad7c-bef19d2cbf40"
    ),
  ])
  func `has one form`(text: String, other: String) throws {
    #expect(try UserFilter(text) == UserFilter(other))
  }

  @Test(arguments: [
    "locked = true locked = false", "mfa_enabled != true mfa_enabled != false",
    "state = active NOT state = active", "kind = human kind = service",
    "source = manual source = import", "last_login_time:* -last_login_time:*",
    "create_time < 2026-01-01T00:00:00Z create_time > 2026-01-01T00:00:00Z",
    "-last_login_time:* last_login_time < 2026-01-01T00:00:00Z",
    "create_time > 2026-01-01T00:00:00Z create_time <= 2026-01-01T00:00:00Z",
  ])
  func `that contradicts itself matches nobody`(text: String) throws {
    #expect(try UserFilter(text).matchesNobody)
  }

  @Test(arguments: [
    ("email = a@b.example email = c@d.example", "email", 21),
    ("display_name = \"a*\" display_name = \"b*\"", "display_name", 21),
    ("role = a role = b", "role", 10), ("company:* company:*", "company", 11),
  ])
  func `takes one condition of each kind on a field`(
    text: String, path: String, position: Int
  ) {
    #expect(throws: FilterRefusal.repeated(path, at: position)) { try UserFilter(text) }
  }

  @Test func `adds up what is excluded`() throws {
    let filter = try UserFilter("email != a@b.example email != c@d.example email = \"x*\"")
    #expect(filter.email.noneOf == ["a@b.example", "c@d.example"])
    #expect(filter.email.prefix == "x")
    #expect(!filter.matchesNobody)
  }

  @Test func `names roles by id or key`() throws {
    let id = "01a2009c-d5b3-747e-ad7c-bef19d2cbf40"
    let role = try #require(RoleID(canonical: id))
    #expect(
      try UserFilter("role = \(id) OR role = admin").role.anyOf == [.id(role), .key("admin")])
  }

  @Test func `spells addresses as its caller does`() throws {
    let filter = try UserFilter("email = \"A@B\" -email = C").spellingAddresses { $0.lowercased() }
    #expect(filter.email.anyOf == ["a@b"])
    #expect(filter.email.noneOf == ["c"])
  }
}

@Suite struct `A search for users` {
  @Test(arguments: [
    ("ada", "ada"), (" ada lovelace ", "ada lovelace"), ("x@abc", "x@abc"), ("李小龙", "李小龙"),
  ])
  func `is a text without the space around it`(text: String, search: String) throws {
    #expect(try UserSearch(text).text == search)
  }

  @Test(arguments: ["", "ad", "a.b-c@d", "   ", "e\u{301}u\u{308}", "%%%%"])
  func `has three letters or digits in a row`(text: String) {
    #expect(throws: UserSearch.Refusal.tooShort) { try UserSearch(text) }
  }

  @Test func `has at most 200 code points and no control characters`() throws {
    let longest = String(repeating: "é", count: 200)
    #expect(try UserSearch(longest).text == longest)
    #expect(throws: UserSearch.Refusal.tooLong) { try UserSearch(longest + "a") }
    #expect(throws: UserSearch.Refusal.controlCharacter) { try UserSearch("ada\u{0}") }
  }
}
