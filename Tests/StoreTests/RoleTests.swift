import Postgres
import Store
import TestSupport
import Testing

@Suite struct `Starting on a database role` {
  @Test(arguments: ["roster_service", "roster_system"])
  func `is granted to the roles made for it`(role: String) async throws {
    let facts = try await facts(of: role)
    #expect(facts?.refusal == nil)
    #expect(facts?.name == role)
  }

  @Test func `is refused to the owner`() async throws {
    #expect(try await facts(of: "roster_owner")?.refusal == .ownsTables("roster_owner"))
  }

  @Test func `is refused to a superuser`() async throws {
    #expect(try await facts(of: "postgres")?.refusal == .superuser("postgres"))
  }

  @Test func `is refused to a role with BYPASSRLS`() async throws {
    let facts = try await facts(made: "roster_test_bypass LOGIN BYPASSRLS NOINHERIT")
    #expect(facts?.refusal == .bypassesRowSecurity("roster_test_bypass"))
  }

  @Test func `is refused to a role that inherits another of Roster's`() async throws {
    let facts = try await facts(
      made: "roster_test_inherit LOGIN INHERIT IN ROLE roster_system, roster_search")
    #expect(
      facts?.refusal
        == .inherits("roster_test_inherit", from: ["roster_search", "roster_system"]))
  }

  @Test func `is refused to a role that may become the owner`() async throws {
    let facts = try await facts(made: "roster_test_become LOGIN NOINHERIT IN ROLE roster_owner")
    #expect(facts?.refusal == .ownsTables("roster_test_become"))
  }

  @Test func `is refused to a role that may become a superuser`() async throws {
    let facts = try await facts(made: "roster_test_rise LOGIN NOINHERIT IN ROLE postgres")
    #expect(facts?.refusal == .mayBecome("roster_test_rise", ["postgres"]))
  }

  @Test func `is refused to a role that may become one with BYPASSRLS`() async throws {
    let facts = try await facts(
      made: "roster_test_gate BYPASSRLS; CREATE ROLE roster_test_via LOGIN NOINHERIT "
        + "IN ROLE roster_test_gate", name: "roster_test_via", dropping: "roster_test_gate")
    #expect(facts?.refusal == .mayBecome("roster_test_via", ["roster_test_gate"]))
  }

  @Test func `names the remedy when it is refused`() {
    let refusal = RoleFacts.Refusal.inherits("roster_service", from: ["roster_system"])
    #expect("\(refusal)".contains("ALTER ROLE roster_service NOINHERIT"))
  }

  private func facts(of role: String) async throws -> RoleFacts? {
    try await TestDatabase.with { database, loop in
      var configuration = try DatabaseConfiguration(
        role == "postgres" ? database.superuser : database.conninfo(user: role))
      configuration.systemRole = nil
      let store = Database(configuration, loop: loop, random: { 0 })
      return try await store.read(FindRoleFacts(), as: .none, deadline: nil).first
    }
  }

  /// Roles are the cluster's, so each test has a name of its own and drops it.
  private func facts(
    made definition: String, name: String? = nil, dropping other: String? = nil
  ) async throws -> RoleFacts? {
    let name = name ?? definition.split(separator: " ").first.map { String($0) } ?? ""
    return try await TestDatabase.with { database, loop in
      try await database.run("CREATE ROLE \(definition)", loop: loop)
      var configuration = try DatabaseConfiguration(database.conninfo(user: name))
      configuration.systemRole = nil
      let store = Database(configuration, loop: loop, random: { 0 })
      let facts = try await store.read(FindRoleFacts(), as: .none, deadline: nil).first
      for role in [name, other].compactMap({ $0 }) {
        try await database.run("DROP ROLE \(role)", loop: loop)
      }
      return facts
    }
  }
}
