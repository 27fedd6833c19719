package import EventLoop
package import Postgres

/// Keeps ``ServiceTokens`` filled: one poll at a time, each sent ``interval`` after the one before.
/// While the database is away it goes on asking, and the deadline lapses by itself.
package final class ServiceTokenPoller: @unchecked Sendable {
  // Safety: everything but the constants is confined to `loop`.

  /// From the sending of one poll to the sending of the next.
  package static let interval = Duration.milliseconds(250)
  /// A poll unanswered for this long is given up, so that a lease holds two tries.
  package static let timeout = Duration.milliseconds(500)

  private let tokens: ServiceTokens
  private let source: any ServiceTokenSource
  private let loop: EventLoop
  private let clock: @Sendable () -> MonotonicInstant
  private let onFailure: @Sendable (DatabaseError) -> Void

  private var load = ServiceTokenLoad()
  private var task: Task<Void, Never>?
  private var waiters: [UnsafeContinuation<Bool, Never>] = []
  private var sleeper: UnsafeContinuation<Void, Never>?
  private var timer: Timer?

  /// - Parameters:
  ///   - source: used on `loop` alone; best over a pool of its own, since a poll that waits behind
  ///     requests for a connection lets the lease lapse under load.
  ///   - onFailure: told of every failed poll, and of each row that one could not read, on `loop`.
  package init(
    _ tokens: ServiceTokens, source: any ServiceTokenSource, loop: EventLoop,
    clock: @escaping @Sendable () -> MonotonicInstant = { .now() },
    onFailure: @escaping @Sendable (DatabaseError) -> Void = { _ in }
  ) {
    self.tokens = tokens
    self.source = source
    self.loop = loop
    self.clock = clock
    self.onFailure = onFailure
  }

  /// Begins to poll; from any thread. A second start does nothing.
  package func start() {
    loop.execute { [self] in
      guard task == nil else { return }
      task = Task.immediate(executorPreference: loop) { await run() }
    }
  }

  /// Ends polling for good; from any thread. What is known stays until its deadline.
  package func stop() {
    loop.execute { [self] in
      task?.cancel()
      wake()
      answer(&waiters, false)
    }
  }

  /// Returns once a poll *sent after this call* is applied, true, or has failed, false. Calls that
  /// wait together share one poll. From any task.
  package func pollNow() async -> Bool {
    await withUnsafeContinuation { continuation in
      loop.execute { [self] in
        guard task?.isCancelled == false else {
          continuation.resume(returning: false)
          return
        }
        waiters.append(continuation)
        wake()
      }
    }
  }

  /// Callers that wait for a poll still to be sent; on `loop`.
  var waitingCount: Int { waiters.count }

  private func run() async {
    while !Task.isCancelled {
      var served = waiters
      waiters = []
      let sent = clock()
      let outcome = await poll(sentAt: sent)
      answer(&served, outcome == .published)
      if outcome != .reload { await sleep(until: sent.advanced(by: Self.interval)) }
    }
    answer(&waiters, false)
  }

  /// Nil when the database gave no answer.
  private func poll(sentAt sent: MonotonicInstant) async -> ServiceTokenLoad.Outcome? {
    do throws(DatabaseError) {
      let answer = try await source.poll(
        after: load.cursor, until: sent.advanced(by: Self.timeout))
      for fault in answer.faults { onFailure(fault) }
      return load.apply(answer, sentAt: sent, to: tokens)
    } catch {
      onFailure(error)
      return nil
    }
  }

  private func sleep(until instant: MonotonicInstant) async {
    await withUnsafeContinuation { continuation in
      guard waiters.isEmpty, !Task.isCancelled else {
        continuation.resume()
        return
      }
      sleeper = continuation
      timer = loop.schedule(at: instant) { [self] in wake() }
    }
  }

  private func wake() {
    timer?.cancel()
    timer = nil
    sleeper?.resume()
    sleeper = nil
  }

  private func answer(_ waiters: inout [UnsafeContinuation<Bool, Never>], _ isApplied: Bool) {
    for waiter in waiters { waiter.resume(returning: isApplied) }
    waiters = []
  }
}
