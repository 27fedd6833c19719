import Domain
import Postgres
import Store
import Testing

/// Small, seeded, the same everywhere.
private struct Dice {
  var state: UInt64

  mutating func roll(_ count: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(count))
  }
}

/// What the table should hold: each row by its key, with whether it is suspended.
private struct Model {
  struct Key: Hashable {
    let group: Int
    let user: Int
    let source: String
  }

  var rows: [Key: Bool] = [:]

  func size(_ group: Int) -> Int {
    Set(rows.filter { $0.key.group == group && !$0.value }.map(\.key.user)).count
  }

  /// A random statement, applied here and returned as SQL.
  mutating func step(_ dice: inout Dice) -> String {
    let keys = (0...dice.roll(4)).map { _ in Model.key(&dice) }
    let (group, user) = (dice.roll(Model.groups), dice.roll(Model.users))
    let tuples = Set(keys).map { "(\($0.group), \($0.user), '\($0.source)')" }
      .joined(separator: ", ")
    switch dice.roll(8) {
    case 0, 1, 2:
      let isSuspended = dice.roll(4) == 0
      for key in keys { rows[key] = isSuspended }
      return "CALL put(ARRAY[\(tuples)]::key[], \(isSuspended))"
    case 3, 4:
      for key in keys { rows[key] = nil }
      return "DELETE FROM members WHERE (g, u, source) IN (\(tuples))"
    case 5:
      rows = rows.filter { $0.key.user != user }
      return "DELETE FROM members WHERE u = \(user)"
    case 6:
      let isSuspended = dice.roll(2) == 0
      for key in rows.keys where key.user == user { rows[key] = isSuspended }
      return "CALL suspend('u = \(user)', \(isSuspended))"
    default:
      if dice.roll(3) > 0 { return "CALL expire(\(group), \(user))" }
      rows = rows.filter { $0.key.group != group }
      return "DELETE FROM members WHERE g = \(group)"
    }
  }

  static let groups = 3
  static let users = 5

  private static func key(_ dice: inout Dice) -> Key {
    let sources = MembershipSource.allCases
    return Key(
      group: dice.roll(groups), user: dice.roll(users),
      source: sources[dice.roll(sources.count)].rawValue)
  }
}

@Suite struct `The size of a group` {
  /// Views and procedures in which the model's numbers are ids.
  private static let words = """
    CREATE SCHEMA words; SET search_path = words;
    CREATE FUNCTION id(kind text, n int) RETURNS uuid LANGUAGE sql IMMUTABLE
      AS $$ SELECT ('01900000-0000-7000-8000-' || kind || lpad(n::text, 11, '0'))::uuid $$;
    CREATE TYPE key AS (g int, u int, source text);
    CREATE VIEW members AS
      SELECT organization_id, group_id, user_id, source, source_id, suspended_at, expires_at,
             right(group_id::text, 11)::int AS g, right(user_id::text, 11)::int AS u
        FROM roster.group_members;
    CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE PROCEDURE put(keys key[], is_suspended bool) LANGUAGE sql AS $$
      INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
        joined_at, added_by_kind, added_by, suspended_at)
      SELECT DISTINCT o.organization_id, id('a', k.g), id('b', k.u), k.source, o.organization_id,
             now(), 'user', o.organization_id, CASE WHEN is_suspended THEN now() END
        FROM roster.organizations AS o, unnest(keys) AS k
      ON CONFLICT (organization_id, group_id, user_id, source, source_id)
      DO UPDATE SET suspended_at = excluded.suspended_at $$;
    CREATE PROCEDURE suspend(which text, is_suspended bool) LANGUAGE plpgsql AS $$ BEGIN
      EXECUTE format('UPDATE members SET suspended_at = %s WHERE %s',
        CASE WHEN is_suspended THEN 'now()' ELSE 'NULL' END, which); END $$;
    CREATE PROCEDURE expire(a int, b int) LANGUAGE sql AS $$
      UPDATE members SET expires_at = now() - interval '1 day' WHERE g = a OR u = b $$;
    CREATE TABLE trace (step int, sizes bigint[]);
    INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
      created_at, updated_at)
    SELECT organization_id, id('a', n), 'g' || n, '', 'local', now(), now()
      FROM roster.organizations, generate_series(0, \(Model.groups - 1)) AS n;
    INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
      family_name, display_name, avatar_url, locale, attributes, created_at, updated_at)
    SELECT organization_id, id('b', n), 'human', 'manual', 'active', '', '', '', '', '', '{}',
           now(), now()
      FROM roster.organizations, generate_series(0, \(Model.users - 1)) AS n;
    """

  @Test(arguments: [1, 2] as [UInt64])
  func `is that of a model after each of 1,000 random statements, and of a recount`(
    seed: UInt64
  ) async throws {
    try await StoreFixture.with { fixture in
      try await fixture.add(.example())
      _ = try await fixture.rows(Self.words)
      var dice = Dice(state: seed)
      var model = Model()
      for round in 0..<10 {
        var script = "SET search_path = words;"
        var expected: [[String?]] = []
        for step in 0..<100 {
          script += model.step(&dice) + ";"
          script += """
            INSERT INTO trace
            SELECT \(round * 100 + step), array_agg(member_count ORDER BY group_id)
              FROM roster.groups;
            """
          let sizes = (0..<Model.groups).map { "\(model.size($0))" }.joined(separator: ",")
          expected.append(["\(round * 100 + step)", "{\(sizes)}"])
        }
        let rows = try await fixture.rows(
          script + "SELECT step, sizes FROM trace WHERE step >= \(round * 100) ORDER BY step")
        #expect(rows == expected)
        let (kept, recounted) = try await fixture.sizes()
        #expect(kept == recounted)
      }
    }
  }

  @Test func `counts a thousand users of one statement once each`() async throws {
    let rows = try await StoreFixture.with { fixture in
      try await fixture.add(.example())
      return try await fixture.rows(
        Self.words + """
          INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
            family_name, display_name, avatar_url, locale, attributes, created_at, updated_at)
          SELECT organization_id, id('c', n), 'human', 'manual', 'active', '', '', '', '', '',
                 '{}', now(), now() FROM roster.organizations, generate_series(1, 1000) AS n;
          INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
            joined_at, added_by_kind, added_by)
          SELECT organization_id, id('a', 0), id('c', n), s, organization_id, now(), 'user',
                 organization_id
            FROM roster.organizations, generate_series(1, 1000) AS n,
                 unnest(ARRAY['manual', 'directory']) AS s;
          SELECT member_count FROM roster.groups ORDER BY group_id
          """)
    }
    #expect(rows == [["1000"], ["0"], ["0"]])
  }
}
