internal import CLibpq
internal import EventLoop

/// One attempt at one address: connecting, login, and the settings of the session. Confined to its
/// loop; it ends by calling `completion` once, at the latest when its deadline passes.
final class ConnectionAttempt: ReadinessHandler {
  typealias Completion = (Result<NativeConnection, DatabaseError>) -> Void

  private let loop: EventLoop
  private let native: NativeConnection
  private let setup: String
  private var completion: Completion?
  private var registration: Registration?
  private var timer: Timer?
  private var isEstablished = false
  private var refusal: DatabaseError?

  /// - Parameter setup: a script whose last row begins with pg_backend_pid() as text.
  init(
    _ native: NativeConnection, loop: EventLoop, setup: String, deadline: MonotonicInstant,
    completion: @escaping Completion
  ) {
    self.native = native
    self.loop = loop
    self.setup = setup
    self.completion = completion
    timer = loop.schedule(at: deadline) { [self] in
      finish(.failure(.unavailable(reason: "no answer within the deadline of the attempt")))
    }
    watch(.writable)
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
        return finish(refusal.map { .failure($0) } ?? .success(native))
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
      let announced = String(native.announcedBackendID)
      if PQntuples(result) == 1, let text = PQgetvalue(result, 0, 0),
        String(cString: text) != announced
      {
        isPooled = true
      }
    default:
      refusal = ServerFailure(reading: result, isDeadlineBound: false).error
    }
  }

  /// The backend is not the one that was announced at login: a pooler stands between.
  private(set) var isPooled = false

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

  private func finish(_ result: Result<NativeConnection, DatabaseError>) {
    guard let completion else { return }
    self.completion = nil
    timer?.cancel()
    timer = nil
    unwatch()
    if case .failure = result { native.finish() }
    completion(result)
  }
}
