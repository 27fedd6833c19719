package import Postgres

/// Why the schema was not brought up to date. Migrations before the failed one are applied.
package enum MigrationFailure: Error, Hashable, CustomStringConvertible {
  case database(DatabaseError)
  /// This migration failed and left nothing behind.
  case failed(migration: String, DatabaseError)
  /// Other sessions held its locks through every attempt.
  case locked(migration: String, attempts: Int)
  case rolesMissing([String])
  /// The connection's role can't act as roster_owner.
  case notOwner(role: String)
  case encoding(String)
  case collation(String)
  /// The schema has migrations that this program doesn't know.
  case unknownVersion(Int, known: Int)

  /// Names the remedy.
  package var description: String {
    switch self {
    case .database(let error): "\(error)"
    case .failed(let migration, let error): "migration \(migration): \(error)"
    case .locked(let migration, let attempts):
      "migration \(migration) found its tables locked \(attempts) times: "
        + "end long transactions and run it again"
    case .rolesMissing(let roles):
      "the cluster has no role \(roles.joined(separator: ", ")): "
        + "run docker/roles.sql as a superuser"
    case .notOwner(let role):
      "role \(role) can't act as roster_owner: set database.owner_url"
    case .encoding(let encoding):
      "the database's encoding is \(encoding), it must be UTF8"
    case .collation(let collation):
      "the database's collation is \(collation), it must be C.UTF-8: CREATE DATABASE roster "
        + "OWNER roster_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
    case .unknownVersion(let version, let known):
      "the schema is at version \(version), this program knows \(known): use the newer program"
    }
  }
}
