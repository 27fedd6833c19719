import Postgres
import Store
import TestSupport
import Testing

@Suite struct `Row-level security` {
  @Test func `alone hides foreign rows when a statement loses its predicate`() async throws {
    let (leaks, harmless) = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples, loop: loop)
      var (leaks, harmless): ([String], [String]) = ([], [])
      for example in StatementExample.all where example.wall == .reads {
        let body = example.prepare(example.withoutPredicate) + example.execute(.b)
        let rows = try await database.run(
          ExampleOwner.a.context + body, as: "roster_service", loop: loop)
        let isOwn = rows.allSatisfy { $0.contains(ExampleOwner.a.organization) }
        if !isOwn { leaks.append(example.name) }
        // Without the second wall the mutant finds the row: the test would see a leak.
        let unguarded = try await database.run(body, loop: loop)
        if unguarded.isEmpty { harmless.append(example.name) }
      }
      return (leaks, harmless)
    }
    #expect(leaks == [])
    #expect(harmless == [])
  }

  @Test func `alone keeps foreign rows from being changed`() async throws {
    let changed = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples, loop: loop)
      let before = try await database.run(Self.rowsOfB, loop: loop)
      var changed: [String] = []
      for example in StatementExample.all where example.wall == .changes {
        // Most find no row and raise; one without any predicate left changes its own.
        _ = try? await database.run(
          ExampleOwner.a.context + example.prepare(example.withoutPredicate)
            + example.execute(.b), as: "roster_service", loop: loop)
        let after = try await database.run(Self.rowsOfB, loop: loop)
        if after != before { changed.append(example.name) }
      }
      return changed
    }
    #expect(changed == [])
  }

  private static let rowsOfB = """
    SELECT o::text, u::text, e::text, k::text, s::text, x::text,
           (SELECT string_agg(g::text, ' ') FROM roster.groups AS g
             WHERE g.organization_id = o.organization_id),
           (SELECT string_agg(m::text, ' ') FROM roster.group_members AS m
             WHERE m.organization_id = o.organization_id),
           (SELECT string_agg(t::text, ' ') FROM roster.role_grants AS t
             WHERE t.organization_id = o.organization_id)
      FROM roster.organizations AS o
      JOIN roster.users AS u USING (organization_id)
      JOIN roster.emails AS e USING (organization_id)
      JOIN roster.idempotency_keys AS k USING (organization_id)
      JOIN roster.subject_keys AS s USING (organization_id)
      JOIN roster.outbox AS x USING (organization_id)
     WHERE o.slug = 'slug-b'
    """

  @Test func `keeps rows from being added to another organization`() async throws {
    let states = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples, loop: loop)
      var states: [String: String] = [:]
      for example in StatementExample.all where example.wall == .adds {
        do {
          try await database.run(
            ExampleOwner.a.context + example.prepare() + example.execute(.b),
            as: "roster_service", loop: loop)
        } catch DatabaseError.rejected(let state, _) {
          states[example.name] = state
        }
      }
      return states
    }
    let adding = StatementExample.all.filter { $0.wall == .adds }.map(\.name)
    #expect(states.keys.sorted() == adding.sorted())
    #expect(Set(states.values) == ["42501"])
  }

  @Test func `fails closed without a context, and with the empty one a transaction leaves`()
    async throws
  {
    let states = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples, loop: loop)
      var states: [String] = []
      for context in [
        "",
        "BEGIN; SELECT set_config('roster.organization', gen_random_uuid()::text, true); COMMIT;",
      ] {
        do {
          try await database.run(
            context + "SELECT user_id FROM roster.users", as: "roster_service", loop: loop)
        } catch DatabaseError.rejected(let state, _) {
          states.append(state)
        } catch DatabaseError.invalidValue(let state, _) {
          states.append(state)
        }
      }
      return states
    }
    // An unrecognized configuration parameter, and '' that is no uuid.
    #expect(states == ["42704", "22P02"])
  }

  @Test func `binds each prepared statement to the context it runs in`() async throws {
    let rows = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples, loop: loop)
      return try await database.run(
        """
        SET plan_cache_mode = force_generic_plan;
        PREPARE statement AS SELECT count(*) FROM roster.users WHERE external_id = 'x-a';
        \(ExampleOwner.a.context) EXECUTE statement;
        \(ExampleOwner.b.context) EXECUTE statement;
        """, as: "roster_service", loop: loop)
    }
    #expect(rows == [["0"]])
  }

  @Test func `lets the system role and the owner see every organization`() async throws {
    let counts = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples, loop: loop)
      let count = "SELECT count(*) FROM roster.users WHERE state = 'active'"
      return [
        try await database.run(count, as: "roster_system", loop: loop),
        try await database.run(count, as: "roster_owner", loop: loop),
        try await database.run("SET ROLE roster_search;" + count, as: "roster_service", loop: loop),
      ]
    }
    #expect(counts == [[["2"]], [["2"]], [["2"]]])
  }

  @Test(arguments: [
    "SELECT token_id FROM roster.service_tokens", "SELECT outbox_id FROM roster.outbox",
    "UPDATE roster.events SET reason = ''", "DELETE FROM roster.events",
    "DELETE FROM roster.organizations", "TRUNCATE roster.users", "DELETE FROM roster.access_feed",
    "INSERT INTO roster.event_seals DEFAULT VALUES", "UPDATE roster.cluster_epoch SET epoch = 2",
    "INSERT INTO roster.key_fingerprints VALUES (9, sha256('a'))",
    "SELECT roster.make_event_partitions()", "CREATE TABLE roster.mine (a int)",
    "SET ROLE roster_owner",
  ])
  func `gives the request path no right it doesn't need`(statement: String) async throws {
    let error = try await TestDatabase.with { database, loop in
      await #expect(throws: DatabaseError.self) {
        try await database.run(
          ExampleOwner.a.context + statement, as: "roster_service", loop: loop)
      }
    }
    guard case .rejected(sqlState: "42501", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `leaves searches unable to write`() async throws {
    let error = try await TestDatabase.with { database, loop in
      await #expect(throws: DatabaseError.self) {
        try await database.run(
          "SET ROLE roster_search; UPDATE roster.users SET version = 2", as: "roster_service",
          loop: loop)
      }
    }
    guard case .rejected(sqlState: "42501", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
