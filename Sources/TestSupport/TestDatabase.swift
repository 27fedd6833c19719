package import EventLoop
import Glibc
package import Postgres
package import Store
import Synchronization

/// A migrated database of one test, on the throwaway server of `scripts/with-postgres`; cloned from
/// a template that each cluster makes once, and dropped with the value that owns it.
package struct TestDatabase: Sendable {
  package let name: String
  private let server: String

  package struct Missing: Error, CustomStringConvertible {
    package var description: String { "ROSTER_TEST_POSTGRES is not set: run scripts/with-postgres" }
  }

  /// The fingerprint that the template's migrator stored.
  package static let fingerprint = KeyFingerprint(
    keyID: 1, bytes: [UInt8](repeating: 0x5a, count: 32))

  // MARK: Connection strings

  /// Owns nothing, sees one organization: what the request path logs in as.
  package var service: String { conninfo(user: "roster_service") }
  package var system: String { conninfo(user: "roster_system") }
  package var owner: String { conninfo(user: "roster_owner") }
  /// Whom row-level security doesn't bind.
  package var superuser: String { "\(server) dbname=\(name)" }

  /// The database under any role of the cluster; the server trusts whoever logs in.
  package func conninfo(user: String) -> String { "\(superuser) user=\(user)" }

  /// A pool that logs in as roster_service and asks the narrowing question.
  package func configuration() throws -> DatabaseConfiguration {
    var configuration = try DatabaseConfiguration(service)
    configuration.narrowingQuestion = NarrowingQuestion.expression
    return configuration
  }

  // MARK: Use

  /// Runs `body` with a database of its own, on a loop of its own.
  package static func with<Success: Sendable>(
    _ body: @escaping @Sendable (TestDatabase, EventLoop) async throws -> Success
  ) async throws -> Success {
    await gate.enter()
    let outcome: Result<Success, any Error>
    do { outcome = .success(try await onFreshLoop(body)) } catch { outcome = .failure(error) }
    await gate.leave()
    return try outcome.get()
  }

  private static func onFreshLoop<Success: Sendable>(
    _ body: @escaping @Sendable (TestDatabase, EventLoop) async throws -> Success
  ) async throws -> Success {
    let loop = try EventLoop(index: 0)
    loop.start()
    defer { loop.stop() }
    return try await loop.run {
      let database = try await create(loop: loop)
      let outcome: Result<Success, any Error>
      do {
        outcome = .success(try await body(database, loop))
      } catch {
        outcome = .failure(error)
      }
      try await database.drop(loop: loop)
      return try outcome.get()
    }
  }

  /// Makes a database; the caller drops it. On `loop` only.
  package static func create(loop: EventLoop) async throws -> TestDatabase {
    guard let value = getenv("ROSTER_TEST_POSTGRES") else { throw Missing() }
    let server = String(cString: value)
    let connection = try await ScriptConnection.open(Conninfo(server), loop: loop)
    defer { connection.close() }
    try await makeTemplate(connection, server: server, loop: loop)
    let database = TestDatabase(name: freshName(), server: server)
    try await connection.run("CREATE DATABASE \(database.name) TEMPLATE \(template)")
    return database
  }

  /// Runs a script as a superuser. On `loop` only.
  @discardableResult
  package func run(_ script: String, loop: EventLoop) async throws -> [[String?]] {
    try await run(script, as: "postgres", loop: loop)
  }

  /// Runs a script under a role of the cluster. On `loop` only.
  @discardableResult
  package func run(
    _ script: String, as role: String, loop: EventLoop
  ) async throws -> [[String?]] {
    let conninfo = role == "postgres" ? superuser : conninfo(user: role)
    let connection = try await ScriptConnection.open(Conninfo(conninfo), loop: loop)
    defer { connection.close() }
    return try await connection.run(script)
  }

  package func drop(loop: EventLoop) async throws {
    let connection = try await ScriptConnection.open(Conninfo(server), loop: loop)
    defer { connection.close() }
    try await connection.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
  }

  // MARK: Template

  private static let template = "roster_template"

  private static func makeTemplate(
    _ connection: ScriptConnection, server: String, loop: EventLoop
  ) async throws {
    guard try await !hasTemplate(connection) else { return }
    // Keeps other processes and tests from a template that is half made.
    try await connection.lock("roster.test.template")
    guard try await !hasTemplate(connection) else { return }
    try await connection.run("DROP DATABASE IF EXISTS \(template)")
    try await connection.run(Migration.roles)
    try await connection.run("CREATE DATABASE \(template) OWNER roster_owner")
    let migrating = try await ScriptConnection.open(
      Conninfo("\(server) dbname=\(template) user=roster_owner"), loop: loop)
    defer { migrating.close() }
    _ = try await Migrator(migrating, pause: { try? await loop.sleep(for: $0) })
      .run(fingerprint: fingerprint)
    migrating.close()
    // The mark that it is whole; nobody connects to it any more.
    try await connection.run("ALTER DATABASE \(template) IS_TEMPLATE true ALLOW_CONNECTIONS false")
  }

  private static func hasTemplate(_ connection: ScriptConnection) async throws -> Bool {
    try await connection.run(
      "SELECT datistemplate FROM pg_database WHERE datname = '\(template)'") == [["t"]]
  }

  private static let count = Atomic<Int>(0)

  private static func freshName() -> String {
    "roster_test_\(getpid())_\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
  }
}

/// Tests start all at once; this many have a database at the same time, so that the server's
/// connections suffice.
private let gate = Gate(placeCount: 8)

private actor Gate {
  private var free: Int
  private var waiters: [CheckedContinuation<Void, Never>] = []

  init(placeCount: Int) {
    free = placeCount
  }

  func enter() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiters.append($0) }
  }

  func leave() {
    guard waiters.isEmpty else { return waiters.removeFirst().resume() }
    free += 1
  }
}
