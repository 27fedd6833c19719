package import Crypto
import EventLoop
package import Postgres
package import Store

/// What must hold before the first call is taken.
package struct StartChecks {
  /// Why this process must not serve, with the remedy.
  package enum Refusal: Error, CustomStringConvertible {
    case unreachable(key: String, DatabaseError)
    case role(key: String, RoleFacts.Refusal)
    case wrongRole(key: String, found: String, wanted: String)
    case schemaMissing
    case schema(SchemaVersion.Refusal)
    case keyUnknown(id: UInt32)
    case keyDiffers(id: UInt32)

    package var description: String {
      switch self {
      case .unreachable(let key, let error): "\(key): \(error.text)"
      case .role(let key, let refusal): "\(key): \(refusal)"
      case .wrongRole(let key, let found, let wanted):
        "\(key) logs in as \(found); it must be \(wanted)"
      case .schemaMissing: "the database has no schema of Roster: run rosterd migrate"
      case .schema(let refusal): "\(refusal)"
      case .keyUnknown(let id):
        """
        keys_file: the database doesn't know its primary key \(id); give every replica the key \
        ring that rosterd migrate saw
        """
      case .keyDiffers(let id):
        "keys_file: its key \(id) is another than the database's key \(id); it is the wrong file"
      }
    }
  }

  /// How long an answer is waited for.
  private static let patience = Duration.seconds(10)

  private let deadline = MonotonicInstant.now().advanced(by: patience)

  package init() {}

  /// Roles without rights beyond their work, a schema this program goes with, and the key ring the
  /// database was set up with.
  package func run(
    requests: Database, system: Database, keys: KeyRing
  ) async throws(Refusal) {
    try await checkRole(of: requests, "database.url", "roster_service")
    try await checkRole(of: system, "database.system_url", "roster_system")
    let rows = try await schemaRows(requests)
    guard let row = rows.first else { throw .schemaMissing }
    if let refusal = SchemaVersion.refusal(row) { throw .schema(refusal) }
    try await checkKey(keys, requests)
  }

  private func checkRole(
    of database: Database, _ key: String, _ wanted: String
  ) async throws(Refusal) {
    let facts: [RoleFacts]
    do {
      facts = try await patiently(database) { (deadline) throws(DatabaseError) in
        try await database.read(FindRoleFacts(), as: .none, deadline: deadline)
      }
    } catch {
      throw .unreachable(key: key, error)
    }
    guard let found = facts.first else { return }
    if let refusal = found.refusal { throw .role(key: key, refusal) }
    guard found.name == wanted else {
      throw .wrongRole(key: key, found: found.name, wanted: wanted)
    }
  }

  /// A database that starts together with this process is waited for.
  private func patiently<Row>(
    _ database: Database,
    _ read: (MonotonicInstant) async throws(DatabaseError) -> [Row]
  ) async throws(DatabaseError) -> [Row] {
    while true {
      do {
        return try await read(deadline)
      } catch {
        guard case .unavailable = error, MonotonicInstant.now() < deadline else { throw error }
        try? await database.loop.sleep(for: .milliseconds(250))
      }
    }
  }

  private func schemaRows(_ database: Database) async throws(Refusal) -> [FindSchemaVersion.Row] {
    do {
      return try await database.read(FindSchemaVersion(), as: .none, deadline: deadline)
    } catch {
      switch error {
      case .rejected(sqlState: "42P01", _), .rejected(sqlState: "3F000", _): return []
      default: throw .unreachable(key: "database.url", error)
      }
    }
  }

  private func checkKey(_ keys: KeyRing, _ database: Database) async throws(Refusal) {
    let found: [[UInt8]]
    do {
      found = try await database.read(
        FindKeyFingerprint(keyID: keys.primaryKeyID), as: .none, deadline: deadline)
    } catch {
      throw .unreachable(key: "database.url", error)
    }
    guard let fingerprint = found.first else { throw .keyUnknown(id: keys.primaryKeyID) }
    guard fingerprint == keys.primaryFingerprint else { throw .keyDiffers(id: keys.primaryKeyID) }
  }
}
