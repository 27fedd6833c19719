package import Crypto
package import EventLoop
package import Postgres
import Store

/// The changes of the database that an operator makes before anything serves.
package enum SchemaSetup {
  /// Applies what is missing.
  /// - Parameter keys: the ring whose primary key the database shall know, if it knows none.
  /// - Returns: the names of the migrations applied.
  package static func migrate(
    _ conninfo: Conninfo, keys: KeyRing?, on loop: EventLoop
  ) async throws -> [String] {
    let connection = try await ScriptConnection.open(conninfo, loop: loop)
    defer { connection.close() }
    let fingerprint = keys.map {
      KeyFingerprint(keyID: $0.primaryKeyID, bytes: $0.primaryFingerprint)
    }
    let migrator = Migrator(connection) { pause in try? await loop.sleep(for: pause) }
    return try await migrator.run(fingerprint: fingerprint)
  }

  /// Has PostgreSQL look at what the tables hold, as their owner. Without it the first minute's
  /// plans for rows that came all at once are for tables that look empty: they scan.
  package static func analyze(_ conninfo: Conninfo, on loop: EventLoop) async throws {
    let connection = try await ScriptConnection.open(conninfo, loop: loop)
    defer { connection.close() }
    try await connection.run("SET client_min_messages = error")
    try await connection.run("ANALYZE")
  }

  /// Makes the roles and the database `roster` of a cluster that has none; as its superuser.
  package static func createDatabase(_ conninfo: Conninfo, on loop: EventLoop) async throws {
    let connection = try await ScriptConnection.open(conninfo, loop: loop)
    defer { connection.close() }
    // Roles that are there already would each be told of on standard error.
    try await connection.run("SET client_min_messages = warning")
    try await connection.run(Migration.roles)
    let found = try await connection.run("SELECT 1 FROM pg_database WHERE datname = 'roster'")
    guard found.isEmpty else { return }
    try await connection.run(
      """
      CREATE DATABASE roster OWNER roster_owner TEMPLATE template0
        ENCODING 'UTF8' LOCALE 'C.UTF-8'
      """)
  }
}
