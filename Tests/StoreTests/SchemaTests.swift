import Domain
import Store
import TestSupport
import Testing

@Suite struct `The schema` {
  @Test func `is the golden one after all migrations`() async throws {
    let rows = try await TestDatabase.with { database, loop in
      try await database.run(SchemaText.query, loop: loop)
    }
    let lines = rows.map { ($0.first.flatMap { $0 } ?? "") + "\n" }
    #expect(try Golden("schema.txt").differences(from: lines.joined()) == [])
  }

  @Test func `forces row-level security on every table of organizations`() async throws {
    let rows = try await lint(
      """
      SELECT c.relname FROM pg_class AS c
       WHERE c.relnamespace = 'roster'::regnamespace AND c.relkind IN ('r', 'p')
         AND EXISTS (SELECT FROM pg_attribute
                      WHERE attrelid = c.oid AND attname = 'organization_id')
         AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                  AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))
      """)
    #expect(rows == [])
  }

  @Test func `begins every key of organizations' tables with the organization`() async throws {
    let rows = try await lint(
      """
      SELECT c.relname FROM pg_index AS i
        JOIN pg_class AS c ON c.oid = i.indexrelid
        JOIN pg_class AS t ON t.oid = i.indrelid
        JOIN pg_attribute AS o ON o.attrelid = t.oid AND o.attname = 'organization_id'
       WHERE t.relnamespace = 'roster'::regnamespace AND NOT t.relispartition
         AND i.indkey[0] <> o.attnum
       ORDER BY 1
      """)
    // Two positions in the order of transactions, one slug and one verified domain of the
    // installation, five for workers.
    #expect(
      rows == [
        "access_feed_pkey", "events_position", "group_members_due", "idempotency_keys_expiry",
        "organization_domains_verified", "organizations_slug_key", "outbox_due",
        "role_grants_due", "role_requests_due",
      ])
  }

  @Test func `refers across tables by composite keys only`() async throws {
    let rows = try await lint(
      """
      SELECT k.conname FROM pg_constraint AS k
       WHERE k.contype = 'f' AND k.connamespace = 'roster'::regnamespace
         AND NOT EXISTS (SELECT FROM pg_attribute AS a
                          WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                            AND a.attname = 'organization_id')
      """)
    #expect(rows == [])
  }

  @Test func `says of every column that may hold personal data how it is erased`() async throws {
    let rows = try await lint(
      """
      SELECT c.relname || '.' || a.attname
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
       WHERE c.relnamespace = 'roster'::regnamespace AND c.relkind IN ('r', 'p')
         AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
         AND a.atttypid IN ('text'::regtype, 'text[]'::regtype, 'bytea'::regtype,
                            'jsonb'::regtype, 'inet'::regtype)
         AND coalesce(col_description(c.oid, a.attnum), '') NOT LIKE 'erase: %'
      """)
    #expect(rows == [])
  }

  @Test func `keeps the C collation to the normalized columns`() async throws {
    let rows = try await lint(
      """
      SELECT c.relname || '.' || a.attname
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
       WHERE c.relnamespace = 'roster'::regnamespace AND c.relkind IN ('r', 'p')
         AND a.attcollation = '"C"'::regcollation AND a.atttypid <> 'name'::regtype
       ORDER BY 1
      """)
    #expect(
      rows == [
        "companies.name_norm", "emails.address_norm", "groups.name_norm",
        "organizations.name_norm", "roles.name_norm", "users.display_name_norm",
      ])
  }

  @Test func `gives PUBLIC nothing`() async throws {
    let rows = try await lint(
      """
      SELECT p.proname FROM pg_proc AS p
       WHERE p.pronamespace = 'roster'::regnamespace
         AND has_function_privilege('public', p.oid, 'EXECUTE')
      UNION ALL
      SELECT c.relname FROM pg_class AS c
       WHERE c.relnamespace = 'roster'::regnamespace AND c.relkind IN ('r', 'p', 'S')
         AND has_table_privilege('public', c.oid, 'SELECT')
      """)
    #expect(rows == [])
  }

  @Test func `fixes the search path of what runs with its owner's rights`() async throws {
    let rows = try await lint(
      """
      SELECT proname || ' ' || array_to_string(proconfig, ' ') FROM pg_proc
       WHERE pronamespace = 'roster'::regnamespace AND prosecdef
      """)
    #expect(rows == ["make_event_partitions search_path=pg_catalog, pg_temp"])
  }

  @Test func `knows the states, kinds and sources of the domain, and no other`() async throws {
    let rows = try await lint(
      """
      SELECT pg_get_constraintdef(oid) FROM pg_constraint
       WHERE conname IN ('users_state_check', 'users_kind_check', 'users_source_check',
                         'organizations_state_check', 'outbox_kind_check')
       ORDER BY conname
      """)
    let wanted: [[String]] = [
      Organization.State.allCases.map(\.rawValue), OutboxMessage.Kind.allCases.map(\.rawValue),
      UserKind.allCases.map(\.rawValue), UserSource.allCases.map(\.rawValue),
      UserState.allCases.map(\.rawValue),
    ]
    let found = rows.map { $0.matches(of: #/'(\w+)'::text/#).map { String($0.1) }.sorted() }
    #expect(found == wanted.map { $0.sorted() })
  }

  private func lint(_ query: String) async throws -> [String] {
    try await TestDatabase.with { database, loop in
      try await database.run(query, loop: loop).compactMap { $0.first ?? nil }
    }
  }
}
