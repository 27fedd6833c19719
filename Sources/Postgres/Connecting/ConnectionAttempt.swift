internal import CLibpq
internal import EventLoop

/// One attempt at one address: connecting, login, and the settings of the session. Confined to its
/// loop; it ends by calling `completion` once, at the latest when its deadline passes.
final class ConnectionAttempt: ReadinessHandler {
  typealias Completion = (Result<Session, DatabaseError>) -> Void

  /// A connection that is logged in and set up.
  struct Session {
    let native: NativeConnection
    /// Of the backend that ran the setup, as text.
    let backendID: String

    /// Another backend than the one announced at login: a pooler stands between.
    var isPooled: Bool { backendID != String(native.announcedBackendID) }
  }

  private let loop: EventLoop
  private let native: NativeConnection
  private let setup: String
  private var completion: Completion?
  private var registration: Registration?
  private var timer: Timer?
  private var isEstablished = false
  private var refusal: DatabaseError?
  private var backendID = ""

  /// - Parameter setup: a script whose last row begins with pg_backend_pid() as text.
  init(
    _ native: NativeConnection, loop: EventLoop, setup: String, deadline: MonotonicInstant,
    completion: @escaping Completion
  ) {
    self.native = native
    self.loop = loop
    self.setup = setup
    self.completion = completion
    limit(deadline)
    watch(.writable)
  }

  /// Runs only the script, on a connection that is logged in.
  init(
    established native: NativeConnection, loop: EventLoop, setup: String,
    deadline: MonotonicInstant, completion: @escaping Completion
  ) {
    self.native = native
    self.loop = loop
    self.setup = setup
    self.completion = completion
    isEstablished = true
    limit(deadline)
    if native.sendScript(setup) {
      push()
    } else {
      fail()
    }
  }

  private func limit(_ deadline: MonotonicInstant) {
    timer = loop.schedule(at: deadline) { [self] in
      finish(.failure(.unavailable(reason: "no answer within the deadline of the attempt")))
    }
  }

  func ready(_ readiness: Readiness) {
    if isEstablished {
      receive()
    } else {
      connect()
    }
  }

  private func connect() {
    // The socket may change below: another address family, another try without TLS.
    unwatch()
    switch native.continueConnecting() {
    case .wantsRead: watch(.readable)
    case .wantsWrite: watch(.writable)
    case .failed: fail()
    case .established:
      isEstablished = true
      guard native.becomeNonblocking(), native.sendScript(setup) else { return fail() }
      push()
    }
  }

  private func push() {
    unwatch()
    switch native.flush() {
    case .done: watch(.readable)
    case .pending: watch([.readable, .writable])
    case .failed: fail()
    }
  }

  private func receive() {
    guard native.consumeInput() else { return fail() }
    while !native.isBusy {
      guard let result = native.nextResult() else {
        return finish(
          refusal.map { .failure($0) }
            ?? .success(Session(native: native, backendID: backendID)))
      }
      inspect(result)
      PQclear(result)
    }
    push()
  }

  private func inspect(_ result: OpaquePointer) {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK: break
    case PGRES_TUPLES_OK:
      if PQntuples(result) == 1, let text = PQgetvalue(result, 0, 0) {
        backendID = String(cString: text)
      }
    default:
      refusal = ServerFailure(reading: result, isDeadlineBound: false).error
    }
  }

  private func watch(_ interest: Interest) {
    do {
      registration = try loop.register(native.socket, interest, self)
    } catch {
      finish(.failure(.unavailable(reason: error.description)))
    }
  }

  private func unwatch() {
    if let registration { loop.deregister(registration) }
    registration = nil
  }

  private func fail() {
    finish(.failure(.unavailable(reason: native.errorMessage)))
  }

  private func finish(_ result: Result<Session, DatabaseError>) {
    guard let completion else { return }
    self.completion = nil
    timer?.cancel()
    timer = nil
    unwatch()
    if case .failure = result { native.finish() }
    completion(result)
  }
}
