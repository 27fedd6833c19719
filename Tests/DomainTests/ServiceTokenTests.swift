import Domain
import Testing

private let start = Timestamp(microseconds: 1_000_000)
private let later = Timestamp(microseconds: 2_000_000)
private let one = OrganizationID(high: 1, low: 1)
private let two = OrganizationID(high: 2, low: 2)

private func rights(
  _ methods: [String] = ["*"], _ organizations: ServiceToken.Organizations = .all,
  actsForUsers: Bool = false
) -> ServiceToken.Rights {
  ServiceToken.Rights(
    methods: methods.compactMap { MethodPattern($0) }, organizations: organizations,
    actsForUsers: actsForUsers)
}

private func token(
  _ rights: ServiceToken.Rights = rights(), name: String = "billing", expiresAt: Timestamp? = nil
) throws(ServiceToken.Refusal) -> ServiceToken {
  try ServiceToken(
    id: ServiceTokenID(high: 1, low: 1), name: Name(stored: name), rights: rights, at: start,
    expiresAt: expiresAt)
}

@Suite struct `A method pattern` {
  @Test(arguments: [
    ("*", "a.B/C", true), ("a.B/*", "a.B/C", true), ("a.B/C", "a.B/C", true),
    ("a.B/C", "a.B/CD", false), ("a.B/*", "a.BB/C", false), ("a.B/*", "a.B", false),
    ("a.B/*", "x.a.B/C", false), ("a.B/C", "a.B/c", false),
  ])
  func `permits the methods it names`(pattern: String, method: String, permits: Bool) {
    #expect(MethodPattern(pattern)?.permits(method) == permits)
    #expect(MethodPattern(pattern)?.text == pattern)
  }

  @Test(arguments: [
    "", "a.B", "B/C", "a.B/", "/a.B/C", "a.B/C/D", "a.*/C", "a.B/C*", "**", "a..B/C", ".B/C",
    "a.B /C", "a.1B/C", "a.B/é", "a.B/*\n",
  ])
  func `has no other form`(text: String) {
    #expect(MethodPattern(text) == nil)
  }

  @Test(arguments: [
    ("*", "*", true), ("*", "a.B/*", true), ("a.B/*", "*", false), ("a.B/*", "a.B/C", true),
    ("a.B/*", "a.B/*", true), ("a.B/C", "a.B/*", false), ("a.B/C", "a.B/C", true),
    ("a.B/*", "a.C/C", false),
  ])
  func `covers what it permits whole`(wide: String, narrow: String, covers: Bool) throws {
    #expect(try #require(MethodPattern(wide)).covers(#require(MethodPattern(narrow))) == covers)
  }
}

@Suite struct `A service token` {
  @Test func `is valid until the instant of its expiry`() throws {
    let ending = try token(expiresAt: later)
    #expect(ending.isValid(at: start))
    #expect(ending.isValid(at: Timestamp(microseconds: later.microseconds - 1)))
    #expect(!ending.isValid(at: later))
    #expect(try token().isValid(at: Timestamp(microseconds: .max)))
  }

  @Test func `ends when revoked, and keeps the first instant`() throws {
    var token = try token()
    let changes = [token.revoke(at: start), token.revoke(at: later)]
    #expect(changes == [true, false])
    #expect(token.revokedAt == start)
    #expect(!token.isValid(at: start))
  }

  @Test func `permits what one of its patterns permits`() throws {
    let token = try token(rights(["a.B/C", "a.D/*"]))
    #expect(token.permits("a.B/C"))
    #expect(token.permits("a.D/X"))
    #expect(!token.permits("a.B/D"))
  }

  @Test func `is for its organizations, or for all`() throws {
    let bound = try token(rights(["*"], .some([one])))
    #expect(bound.organizations.contains(one))
    #expect(!bound.organizations.contains(two))
    #expect(bound.onlyOrganization == one)
    #expect(try token(rights(["*"], .some([one, two]))).onlyOrganization == nil)
    #expect(try token().organizations.contains(two))
    #expect(try token().onlyOrganization == nil)
  }

  @Test func `is refused without a name, methods or organizations, or expired`() {
    #expect(throws: ServiceToken.Refusal.nameMissing) { try token(name: " ") }
    #expect(throws: ServiceToken.Refusal.methodsMissing) { try token(rights([])) }
    #expect(throws: ServiceToken.Refusal.organizationsMissing) {
      try token(rights(["*"], .some([])))
    }
    #expect(throws: ServiceToken.Refusal.expired) { try token(expiresAt: start) }
  }

  @Test func `has at most 256 patterns and 1,000 organizations`() throws {
    let methods = (1...256).map { "a.B/M\($0)" }
    let ids = Set((1...1_000).map { OrganizationID(high: 0, low: $0) })
    _ = try token(rights(methods, .some(ids)))
    #expect(throws: ServiceToken.Refusal.methodsTooMany) { try token(rights(methods + ["*"])) }
    #expect(throws: ServiceToken.Refusal.organizationsTooMany) {
      try token(rights(["*"], .some(ids.union([one]))))
    }
  }

  @Test func `gives another no right that it hasn't`() {
    let own = rights(["a.B/*"], .some([one, two]))
    #expect(own.cover(rights(["a.B/C"], .some([one]))))
    #expect(!own.cover(rights(["a.B/C"], .all)))
    #expect(!own.cover(rights(["*"], .some([one]))))
    #expect(!own.cover(rights(["a.B/C"], .some([one]), actsForUsers: true)))
    #expect(!own.cover(rights(["a.B/C"], .some([OrganizationID(high: 3, low: 3)]))))
    #expect(rights(actsForUsers: true).cover(rights(["*"], .all, actsForUsers: true)))
  }
}
