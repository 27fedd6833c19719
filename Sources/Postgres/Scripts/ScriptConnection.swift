internal import CLibpq
package import EventLoop

/// A connection of its own for scripts of several statements, such as migrations: the simple query
/// protocol, no pipeline, no pool, no limits of time but those of the script. Confined to its loop.
package final class ScriptConnection: @unchecked Sendable {
  // Safety: confined to its loop.
  private let loop: EventLoop
  private let native: NativeConnection
  private var registration: Registration?
  private var run: ScriptRun?

  private init(_ native: NativeConnection, loop: EventLoop) {
    self.native = native
    self.loop = loop
  }

  deinit { close() }

  /// Connects to the first host that accepts writes.
  /// - Throws: ``DatabaseError/unavailable(reason:)`` when none does, each within 2 s.
  package static func open(
    _ conninfo: Conninfo, loop: EventLoop
  ) async throws(DatabaseError) -> ScriptConnection {
    let source = ConnectionSource(conninfo, loop: loop, counters: CounterCell(), random: { 0 })
    let opening = Opening()
    source.open(setup: "SELECT pg_backend_pid()") { opening.finish($0) }
    await withUnsafeContinuation { opening.begin($0) }
    _ = source
    let connection = ScriptConnection(try opening.outcome.get(), loop: loop)
    do {
      connection.registration = try loop.register(
        connection.native.socket, .readable, ScriptReadiness(connection))
    } catch {
      throw .unavailable(reason: error.description)
    }
    return connection
  }

  /// Runs a script and returns the last rows that a statement of it gave, as text; NULL is `nil`.
  ///
  /// Without BEGIN of its own the whole script is one transaction. Cancelling the task doesn't end
  /// the script; ``close()`` does.
  /// - Throws: the error of the first statement that failed; those after it are not run.
  @discardableResult
  package func run(_ script: String) async throws(DatabaseError) -> [[String?]] {
    guard run == nil else { throw .rejected(sqlState: "", message: "a script is running") }
    guard native.sendScript(script) else { throw .unavailable(reason: native.errorMessage) }
    let run = ScriptRun()
    self.run = run
    push()
    await withUnsafeContinuation { run.begin($0) }
    self.run = nil
    return try run.outcome.get()
  }

  /// Waits for the session advisory lock of this name, held until the connection is closed.
  package func lock(_ name: StaticString) async throws(DatabaseError) {
    try await run("SELECT pg_advisory_lock(hashtextextended('\(name)', 0))")
  }

  /// The same without waiting.
  /// - Returns: whether the lock is held now.
  package func tryLock(_ name: StaticString) async throws(DatabaseError) -> Bool {
    try await run("SELECT pg_try_advisory_lock(hashtextextended('\(name)', 0))") == [["t"]]
  }

  package func close() {
    if let registration { loop.deregister(registration) }
    registration = nil
    native.finish()
    run?.finish(.failure(.unavailable(reason: "closed")))
  }

  fileprivate func ready(_ readiness: Readiness) {
    let isOpen = native.consumeInput()
    while let run, !run.isFinished, !native.isBusy {
      guard let result = native.nextResult() else {
        run.succeed()
        break
      }
      run.accept(result)
    }
    if isOpen {
      push()
    } else {
      run?.finish(.failure(.unavailable(reason: native.errorMessage)))
      close()
    }
  }

  private func push() {
    guard let registration else { return }
    let isPending = native.flush() == .pending
    loop.modify(registration, isPending ? [.readable, .writable] : .readable)
  }
}

/// Hands readiness on without keeping the connection alive: dropping it closes it.
private final class ScriptReadiness: ReadinessHandler {
  private weak var connection: ScriptConnection?

  init(_ connection: ScriptConnection) {
    self.connection = connection
  }

  func ready(_ readiness: Readiness) { connection?.ready(readiness) }
}

/// The wait for a connection.
private final class Opening {
  var outcome: Result<NativeConnection, DatabaseError> = .failure(.cancelled)
  private var isFinished = false
  private var continuation: UnsafeContinuation<Void, Never>?

  func begin(_ continuation: UnsafeContinuation<Void, Never>) {
    if isFinished {
      continuation.resume()
    } else {
      self.continuation = continuation
    }
  }

  func finish(_ outcome: Result<NativeConnection, DatabaseError>) {
    isFinished = true
    self.outcome = outcome
    continuation?.resume()
    continuation = nil
  }
}

/// The results of one script.
private final class ScriptRun {
  private(set) var outcome: Result<[[String?]], DatabaseError> = .success([])
  private(set) var isFinished = false
  private var rows: [[String?]] = []
  private var error: DatabaseError?
  private var continuation: UnsafeContinuation<Void, Never>?

  func begin(_ continuation: UnsafeContinuation<Void, Never>) {
    if isFinished {
      continuation.resume()
    } else {
      self.continuation = continuation
    }
  }

  /// Takes ownership of the result.
  func accept(_ result: OpaquePointer) {
    defer { PQclear(result) }
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
    case PGRES_TUPLES_OK:
      rows = (0..<PQntuples(result)).map { row in
        (0..<PQnfields(result)).map { column in
          guard PQgetisnull(result, row, column) == 0 else { return nil }
          return PQgetvalue(result, row, column).map { String(cString: $0) }
        }
      }
    case PGRES_FATAL_ERROR:
      error = error ?? ServerFailure(reading: result, isDeadlineBound: false).error
    default:
      error = error ?? .rejected(sqlState: "", message: "COPY is not for scripts")
    }
  }

  func succeed() {
    finish(error.map { .failure($0) } ?? .success(rows))
  }

  func finish(_ outcome: Result<[[String?]], DatabaseError>) {
    guard !isFinished else { return }
    isFinished = true
    self.outcome = outcome
    continuation?.resume()
    continuation = nil
  }
}
