import Domain
import EventLoop
import Postgres
import Store
import TestSupport

/// A migrated database and the way of roster_service to it.
struct StoreFixture: Sendable {
  let database: TestDatabase
  let loop: EventLoop
  let store: Database

  static func with<Success: Sendable>(
    _ body: @escaping @Sendable (StoreFixture) async throws -> Success
  ) async throws -> Success {
    try await TestDatabase.with { database, loop in
      let store = Database(try database.configuration(), loop: loop, random: { 0 })
      return try await body(StoreFixture(database: database, loop: loop, store: store))
    }
  }

  /// Rows as text, read by a superuser.
  func rows(_ script: String) async throws -> [[String?]] {
    try await database.run(script, loop: loop)
  }

  func begin(_ scope: Scope) async throws -> Transaction {
    try await store.begin(as: scope, kind: .write, deadline: nil)
  }

  /// Commits one statement.
  @discardableResult
  func commit<S: Statement>(_ statement: S, as scope: Scope) async throws -> [S.Row] {
    let transaction = try await begin(scope)
    var batch = Batch()
    let pending = batch.add(statement)
    return try await transaction.commit(batch).results.rows(pending)
  }

  /// Creates the organization and the user.
  func add(_ user: User) async throws {
    let scope = Scope.of(user.organization)
    let organization = Organization(
      id: user.organization, slug: Slug(stored: "s\(user.organization.uuid.low)"),
      name: Name(stored: "Beispiel"), settings: OrganizationSettings(), at: user.createdAt)
    try await commit(InsertOrganization(organization), as: scope)
    try await commit(InsertUser(user, emailID: EmailID(user.id.uuid)), as: scope)
  }
}

extension Scope {
  static func of(_ organization: OrganizationID) -> Scope {
    .organization(high: organization.uuid.high, low: organization.uuid.low)
  }
}

/// A name for literals: small numbers as version 7 UUIDs.
func uuid(_ number: UInt64) -> UUID128 {
  UUID128(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number)
}

extension Timestamp {
  /// 2026-01-01 00:00:00 UTC.
  static let newYear = Timestamp(microseconds: 1_767_225_600_000_000)

  func after(seconds: Int64) -> Timestamp {
    Timestamp(microseconds: microseconds + seconds * 1_000_000)
  }
}

extension User {
  static func example(
    _ number: UInt64 = 1, organization: UInt64 = 100, email: String = "ada@demo.example"
  ) -> User {
    let origin = User.Origin(
      id: UserID(uuid(number)), organization: OrganizationID(uuid(organization)), kind: .human,
      source: .manual, createdAt: .newYear)
    var profile = UserProfile(
      email: EmailAddress(stored: email), givenName: Name(stored: "Ada"),
      familyName: Name(stored: "Lovelace"))
    profile.externalID = ExternalID(stored: "x-\(number)")
    profile.attributes = UserAttributes(stored: ["team": "analytical \"engine\""])
    return User(origin, profile: profile)
  }
}
