import EventLoop
import Postgres

/// A table under row-level security, the roles around it, and `roster.expect`: made once for all
/// tests; each test keeps to organizations of its own.
enum TestSchema {
  private static let task = Task { try await TestCluster.withScripts { try await make($0) } }

  static func prepare() async throws { try await task.value }

  /// As `withDatabase`, logged in as a role that row-level security holds.
  static func withDatabase<Success: Sendable>(
    _ adjust: (inout DatabaseConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (Database) async throws -> Success
  ) async throws -> Success {
    try await prepare()
    let conninfo = try TestCluster.conninfo() + " user=test_service"
    return try await TestCluster.withDatabase(
      conninfo: conninfo,
      {
        $0.systemRole = "test_system"
        adjust(&$0)
      }, body)
  }

  /// An organization that no other test knows.
  static func organization() -> Organization { (0xD, UInt64.random(in: 1 ... .max)) }

  static func scope(_ organization: Organization) -> Scope {
    .organization(high: organization.high, low: organization.low)
  }

  private static func make(_ connection: ScriptConnection) async throws {
    try await connection.lock("roster.test.schema")
    guard try await connection.run("SELECT to_regclass('notes')") == [[nil]] else { return }
    try await connection.run(
      """
      CREATE ROLE test_service LOGIN NOINHERIT;
      CREATE ROLE test_system;
      CREATE ROLE test_read_only LOGIN;
      ALTER ROLE test_read_only SET default_transaction_read_only = on;
      GRANT test_system TO test_service;
      CREATE TABLE notes (
        organization_id uuid NOT NULL, key bigint NOT NULL, body text NOT NULL CHECK (body <> ''),
        PRIMARY KEY (organization_id, key));
      ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
      ALTER TABLE notes FORCE ROW LEVEL SECURITY;
      CREATE POLICY own ON notes TO test_service
        USING (organization_id = current_setting('roster.organization')::uuid)
        WITH CHECK (organization_id = current_setting('roster.organization')::uuid);
      CREATE POLICY every ON notes TO test_system USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO test_service;
      GRANT SELECT ON notes TO test_system;
      CREATE SCHEMA roster;
      CREATE FUNCTION roster.expect(actual bigint, wanted bigint) RETURNS void LANGUAGE plpgsql
      AS $$
      BEGIN
        IF actual <> wanted THEN
          RAISE EXCEPTION 'expected % rows, not %', wanted, actual USING ERRCODE = 'RS001';
        END IF;
      END $$;
      GRANT USAGE ON SCHEMA roster TO test_service;
      """)
  }
}

typealias Organization = (high: UInt64, low: UInt64)

struct InsertNote: Statement {
  let organization: Organization
  let key: Int64
  let body: String
  static let kind = StatementKind.write
  static let sql: StaticString =
    "INSERT INTO notes (organization_id, key, body) VALUES ($1, $2, $3)"
  func bind(_ parameters: inout Parameters) {
    parameters.uuid(organization)
    parameters.int64(key)
    parameters.text(body)
  }
  typealias Row = NoRow
}

/// Raises unless exactly one row changed.
struct ReplaceNote: Statement {
  let organization: Organization
  let key: Int64
  let body: String
  static let kind = StatementKind.write
  static let sql: StaticString = """
    WITH changed AS (
      UPDATE notes SET body = $3 WHERE organization_id = $1 AND key = $2 RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """
  func bind(_ parameters: inout Parameters) {
    parameters.uuid(organization)
    parameters.int64(key)
    parameters.text(body)
  }
  typealias Row = NoRow
}

struct LockNote: Statement {
  let organization: Organization
  let key: Int64
  static let kind = StatementKind.write
  static let sql: StaticString = """
    SELECT body FROM notes WHERE organization_id = $1 AND key = $2 FOR UPDATE
    """
  func bind(_ parameters: inout Parameters) {
    parameters.uuid(organization)
    parameters.int64(key)
  }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> String {
    try row.text(0)
  }
}

/// Every body that the scope may see: without a predicate of its own.
struct VisibleNotes: Statement {
  static let kind = StatementKind.point
  static let sql: StaticString = "SELECT body FROM notes ORDER BY key"
  func bind(_ parameters: inout Parameters) {}
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> String {
    try row.text(0)
  }
}

/// The same on a connection of its own.
struct VisibleNotesAlone: Statement {
  static let kind = StatementKind.read
  static let sql: StaticString = "SELECT body FROM notes ORDER BY key"
  func bind(_ parameters: inout Parameters) {}
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> String {
    try row.text(0)
  }
}

/// Sleeps, as a point read.
struct PointSleep: Statement {
  let milliseconds: Int64
  static let kind = StatementKind.point
  static let sql: StaticString = "SELECT pg_sleep($1 / 1000.0)"
  func bind(_ parameters: inout Parameters) { parameters.int64(milliseconds) }
  typealias Row = NoRow
}

/// Sleeps on a connection of its own.
struct Sleep: Statement {
  let milliseconds: Int64
  static let kind = StatementKind.read
  static let sql: StaticString = "SELECT pg_sleep($1 / 1000.0)"
  func bind(_ parameters: inout Parameters) { parameters.int64(milliseconds) }
  typealias Row = NoRow
}

/// Fails for zero.
struct Divide: Statement {
  let by: Int64
  static let kind = StatementKind.point
  static let sql: StaticString = "SELECT 1 / $1::int8"
  func bind(_ parameters: inout Parameters) { parameters.int64(by) }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(0)
  }
}

/// Sessions of this database's own connections, by application name.
struct OwnBackends: Statement {
  let application: String
  static let kind = StatementKind.read
  static let sql: StaticString = """
    SELECT count(*) FILTER (WHERE state = 'active'), count(*)
      FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()
    """
  func bind(_ parameters: inout Parameters) { parameters.text(application) }
  struct Row: Sendable {
    let active: Int64
    let all: Int64
  }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(active: row.int64(0), all: row.int64(1))
  }
}

/// Ends the sessions of one application name.
struct TerminateBackends: Statement {
  let application: String
  static let kind = StatementKind.read
  static let sql: StaticString = """
    SELECT count(pg_terminate_backend(pid))
      FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()
    """
  func bind(_ parameters: inout Parameters) { parameters.text(application) }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(0)
  }
}

/// Calls `body` in parallel and collects what each call did, in order.
func parallel<Success: Sendable>(
  _ count: Int, _ body: @escaping @Sendable (Int) async throws(DatabaseError) -> Success
) async -> [Result<Success, DatabaseError>] {
  await withTaskGroup(of: (Int, Result<Success, DatabaseError>).self) { group in
    for index in 0..<count {
      group.addTask {
        do throws(DatabaseError) {
          return (index, .success(try await body(index)))
        } catch {
          return (index, .failure(error))
        }
      }
    }
    var results: [Int: Result<Success, DatabaseError>] = [:]
    for await (index, result) in group { results[index] = result }
    return (0..<count).compactMap { results[$0] }
  }
}

/// What the server was told of limits, in milliseconds: of statements, then of locks.
struct ServerLimits: Statement {
  static let kind = StatementKind.read
  static let sql: StaticString = """
    SELECT (extract(epoch FROM current_setting('statement_timeout')::interval) * 1000)::int8,
           (extract(epoch FROM current_setting('lock_timeout')::interval) * 1000)::int8
    """
  func bind(_ parameters: inout Parameters) {}
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> [Int64] {
    try [row.int64(0), row.int64(1)]
  }
}
