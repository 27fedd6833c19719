package import Postgres

/// Brings a database's schema up to date: each migration once, in order, as roster_owner, one
/// migrator at a time. Running it again changes nothing.
package struct Migrator {
  /// Attempts at one migration whose locks others hold, each of 2 s.
  package static let attemptsMax = 30

  private let connection: ScriptConnection
  private let migrations: [Migration]
  private let pause: (Duration) async -> Void

  /// - Parameters:
  ///   - connection: logged in as roster_owner, or as one who may become it; its session keeps the
  ///     migrator's lock and role until it is closed.
  ///   - pause: waits between attempts.
  package init(
    _ connection: ScriptConnection, migrations: [Migration] = Migration.all,
    pause: @escaping (Duration) async -> Void
  ) {
    self.connection = connection
    self.migrations = migrations
    self.pause = pause
  }

  /// - Parameter fingerprint: of the primary key; stored when the database has none yet.
  /// - Returns: the names of the migrations applied now.
  package func run(fingerprint: KeyFingerprint?) async throws(MigrationFailure) -> [String] {
    try await checkCluster()
    try await checkDatabase()
    do { try await connection.lock("roster.migrate") } catch { throw .database(error) }
    let version = try await installedVersion()
    guard version <= migrations.count else {
      throw .unknownVersion(version, known: migrations.count)
    }
    var applied: [String] = []
    for migration in migrations.dropFirst(version) {
      try await apply(migration)
      applied.append(migration.name)
    }
    // A cluster that slept for months must be able to write events before a worker has run.
    _ = try await query("SELECT roster.make_event_partitions()")
    if let fingerprint { try await store(fingerprint) }
    return applied
  }

  private func checkCluster() async throws(MigrationFailure) {
    let rows = try await query(
      """
      SELECT wanted.name FROM (VALUES ('roster_owner'), ('roster_search'), ('roster_service'),
        ('roster_system')) AS wanted (name)
       WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) ORDER BY 1
      """)
    guard rows.isEmpty else { throw .rolesMissing(rows.compactMap { $0.first ?? nil }) }
    let role = try await query(
      "SELECT session_user, pg_has_role(session_user, 'roster_owner', 'MEMBER')")
    guard role.first?.last == "t" else {
      throw .notOwner(role: (role.first?.first ?? nil) ?? "unknown")
    }
    _ = try await query("SET ROLE roster_owner")
  }

  /// lower() of a C-collated text lowers ASCII only, and of another locale's differs by machine.
  private func checkDatabase() async throws(MigrationFailure) {
    let rows = try await query(
      """
      SELECT pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider
        FROM pg_database WHERE datname = current_database()
      """)
    let values = (rows.first ?? []).map { $0 ?? "" }
    guard values.count == 4 else { throw .encoding("unknown") }
    guard values[0] == "UTF8" else { throw .encoding(values[0]) }
    for locale in values[1...2] where !["C.UTF-8", "C.utf8"].contains(locale) {
      throw .collation(locale)
    }
    guard values[3] == "c" else { throw .collation("of provider \(values[3])") }
  }

  private func installedVersion() async throws(MigrationFailure) -> Int {
    let exists = try await query("SELECT to_regclass('roster.schema_version') IS NOT NULL")
    guard exists.first?.first == "t" else { return 0 }
    let rows = try await query("SELECT coalesce(max(version), 0) FROM roster.schema_version")
    return (rows.first?.first ?? nil).flatMap { Int($0) } ?? 0
  }

  private func apply(_ migration: Migration) async throws(MigrationFailure) {
    for _ in 0..<Migrator.attemptsMax {
      do {
        try await attempt(migration)
        return
      } catch {
        guard error == .lockTimeout else {
          throw .failed(migration: migration.name, error)
        }
      }
      await pause(.milliseconds(500))
    }
    throw .locked(migration: migration.name, attempts: Migrator.attemptsMax)
  }

  /// A script without BEGIN is one transaction, so a migration and its row stand or fall together.
  private func attempt(_ migration: Migration) async throws(DatabaseError) {
    let compatibleFrom =
      migration.compatibleFrom.map { String($0) }
      ?? "coalesce((SELECT compatible_from FROM roster.schema_version "
      + "ORDER BY version DESC LIMIT 1), 1)"
    let record = """
      INSERT INTO roster.schema_version (version, compatible_from, name)
      VALUES (\(migration.version), \(compatibleFrom), '\(migration.name)')
      """
    if migration.isOutsideTransaction {
      try await connection.run("SET lock_timeout = '2s'")
      try await connection.run(migration.text)
      try await connection.run(record)
    } else {
      try await connection.run(
        "SELECT set_config('lock_timeout', '2s', true);\n\(migration.text);\n\(record)")
    }
  }

  private func store(_ fingerprint: KeyFingerprint) async throws(MigrationFailure) {
    let digits = fingerprint.bytes.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    _ = try await query(
      """
      INSERT INTO roster.key_fingerprints (key_id, fingerprint)
      SELECT \(fingerprint.keyID), '\\x\(digits.joined())'
       WHERE NOT EXISTS (SELECT FROM roster.key_fingerprints)
      """)
  }

  private func query(_ script: String) async throws(MigrationFailure) -> [[String?]] {
    do { return try await connection.run(script) } catch { throw .database(error) }
  }
}
