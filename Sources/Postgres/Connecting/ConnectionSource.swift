internal import EventLoop

/// Makes connections: one host an attempt, 2 s each, hosts in rotation, and pauses that grow with
/// each round of failures. Confined to its loop.
final class ConnectionSource {
  typealias Completion = (Result<NativeConnection, DatabaseError>) -> Void

  let loop: EventLoop
  private let conninfo: Conninfo
  private let resolver: HostResolver
  private let random: @Sendable () -> UInt64
  private let counters: CounterCell
  /// The endpoint that answered last: the next round begins there.
  private var preferred = 0
  private var failedRounds = 0
  /// No attempt begins before.
  private(set) var retryInstant = MonotonicInstant(nanoseconds: 0)
  private var lastError: DatabaseError?

  static let attemptTimeout = Duration.seconds(2)
  static let pauseMin = Duration.milliseconds(50)
  static let pauseMax = Duration.seconds(1)

  init(
    _ conninfo: Conninfo, loop: EventLoop, counters: CounterCell,
    random: @escaping @Sendable () -> UInt64
  ) {
    self.conninfo = conninfo
    self.loop = loop
    self.counters = counters
    self.random = random
    resolver = HostResolver(loop: loop)
  }

  /// Why no connection can be had just now: the last round failed and the pause is not over.
  var refusal: DatabaseError? {
    retryInstant > MonotonicInstant.now() ? lastError : nil
  }

  /// A number from 0 up to 1.
  func jitter() -> Double { Double(random() >> 11) / Double(1 << 53) }

  /// Tries every host once, beginning with the one that answered last.
  /// - Parameter setup: see ``ConnectionAttempt``.
  func open(setup: String, _ completion: @escaping Completion) {
    let count = conninfo.endpoints.count
    let order = (0..<count).map { (preferred + $0) % count }
    Round(source: self, setup: setup, order: order, completion).next(nil)
  }

  /// The hosts still to be tried by one `open`.
  private final class Round {
    let source: ConnectionSource
    let setup: String
    var order: [Int]
    let completion: Completion

    init(
      source: ConnectionSource, setup: String, order: [Int], _ completion: @escaping Completion
    ) {
      self.source = source
      self.setup = setup
      self.order = order
      self.completion = completion
    }

    func next(_ error: DatabaseError?) {
      guard !order.isEmpty else {
        let error = error ?? .unavailable(reason: "no host")
        source.roundFailed(error)
        return completion(.failure(error))
      }
      let index = order.removeFirst()
      let endpoint = source.conninfo.endpoints[index]
      guard !endpoint.isDirect, let host = endpoint.host else {
        return attempt(index, [nil], error)
      }
      resolve(host, index)
    }

    private func resolve(_ host: String, _ index: Int) {
      var isOver = false
      let timer = source.loop.schedule(after: ConnectionSource.attemptTimeout) { [self] in
        isOver = true
        source.counters.value.connectFailures += 1
        next(.unavailable(reason: "\(host): the name was not resolved in time"))
      }
      source.resolver.resolve(host) { [self] addresses in
        guard !isOver else { return }
        timer.cancel()
        if addresses.isEmpty { source.counters.value.connectFailures += 1 }
        attempt(index, addresses, .unavailable(reason: "\(host): unknown name"))
      }
    }

    private func attempt(_ index: Int, _ addresses: [String?], _ error: DatabaseError?) {
      guard let address = addresses.first else { return next(error) }
      let deadline = MonotonicInstant.now().advanced(by: ConnectionSource.attemptTimeout)
      login(index, address, setup, deadline) { [self] result in
        switch result {
        case .success(let session) where session.isPooled:
          probe(session, index, addresses, deadline)
        case .success(let session): succeed(session, index)
        case .failure(let error): attemptFailed(index, addresses, error)
        }
      }
    }

    private func login(
      _ index: Int, _ address: String?, _ script: String, _ deadline: MonotonicInstant,
      _ completion: @escaping ConnectionAttempt.Completion
    ) {
      let endpoint = source.conninfo.endpoints[index]
      guard let native = source.conninfo.start(endpoint, address: address) else {
        return completion(.failure(.unavailable(reason: "out of memory")))
      }
      if native.isLost {
        return completion(.failure(.unavailable(reason: native.errorMessage)))
      }
      _ = ConnectionAttempt(
        native, loop: source.loop, setup: script, deadline: deadline, completion: completion)
    }

    private func probe(
      _ session: ConnectionAttempt.Session, _ index: Int, _ addresses: [String?],
      _ deadline: MonotonicInstant
    ) {
      let refusal = DatabaseError.unavailable(
        reason: "a pooler deals backends to transactions; Roster needs session pooling or none")
      login(index, addresses.first ?? nil, PoolerProbe.holdingScript, deadline) { [self] result in
        guard case .success(let second) = result else {
          session.native.finish()
          return attemptFailed(index, addresses, refusal)
        }
        PoolerProbe.run(
          first: session, second: second, loop: source.loop, deadline: deadline
        ) { [self] isDedicated in
          if isDedicated { return succeed(session, index) }
          session.native.finish()
          second.native.finish()
          attemptFailed(index, addresses, refusal)
        }
      }
    }

    private func succeed(_ session: ConnectionAttempt.Session, _ index: Int) {
      source.roundSucceeded(index)
      completion(.success(session.native))
    }

    private func attemptFailed(_ index: Int, _ addresses: [String?], _ error: DatabaseError) {
      source.counters.value.connectFailures += 1
      var named = error
      if case .unavailable(let reason) = error {
        named = .unavailable(reason: "\(source.conninfo.hosts[index]): \(reason)")
      }
      attempt(index, Array(addresses.dropFirst()), named)
    }
  }

  private func roundSucceeded(_ index: Int) {
    if index != preferred, counters.value.connects > 0 { counters.value.failovers += 1 }
    preferred = index
    failedRounds = 0
    lastError = nil
    retryInstant = MonotonicInstant(nanoseconds: 0)
    counters.value.connects += 1
  }

  /// The pause doubles from 50 ms to 1 s, and is drawn from its upper half.
  private func roundFailed(_ error: DatabaseError) {
    lastError = error
    let pause = min(Self.pauseMin * (1 << min(failedRounds, 10)), Self.pauseMax)
    failedRounds += 1
    retryInstant = MonotonicInstant.now().advanced(by: pause * (0.5 + jitter() / 2))
  }
}
