internal import EventLoop
internal import Metrics

/// Connections that one caller holds alone: lists, other roles, transactions. Confined to its loop.
///
/// A connection comes back by `release`, in any state: it is drained, rolled back if need be, and
/// only then given to the next caller; one that doesn't drain is closed.
final class ExclusivePool: PipelineOwner, @unchecked Sendable {
  // Safety: confined to its loop; cancellation from elsewhere hops there first.
  private let parts: ConnectionParts
  private var idle: [PipelineConnection] = []
  private var openCount = 0
  private var connectingCount = 0
  // One place a lane.
  private var waiters = InlineArray<3, Queue<Waiter>>(repeating: Queue())
  private var waiterCounts = InlineArray<3, Int>(repeating: 0)
  private var gauges = InlineArray<3, QueueGauge>(repeating: QueueGauge())
  private var shares: LaneShares
  private var isClosed = false
  private let rollback = StatementText(OwnStatements.RollbackTransaction.self)

  /// What a connection may take to drain beyond the limit of its statements.
  static let drainGrace = Duration.seconds(1)

  init(_ parts: ConnectionParts) {
    self.parts = parts
    shares = LaneShares(
      connectionCount: parts.configuration.exclusiveConnectionsMax,
      isReserving: parts.configuration.reservesForLookups)
  }

  // MARK: Callers

  /// - Parameters:
  ///   - limit: how long to wait for a connection.
  ///   - late: the error then.
  /// - Throws: `late`, `cancelled`, `overloaded`, or `unavailable` while none can be made.
  func acquire(
    for lane: Lane, until limit: MonotonicInstant, or late: DatabaseError
  ) async throws(DatabaseError) -> PipelineConnection {
    let place = lane.rawValue
    if shares.allows(lane), let connection = popIdle() {
      gauges[place].served(after: 0)
      hand(connection, to: lane)
      return connection
    }
    guard waiterCounts[place] < parts.configuration.waitersMax else {
      parts.counters.value.overloads += 1
      throw .overloaded
    }
    if openCount == 0, connectingCount == 0, let refusal = parts.source.refusal { throw refusal }
    parts.counters.value.waits += 1
    let start = parts.loop.now
    defer {
      parts.metrics?.wait.observe(nanoseconds: parts.loop.now.nanoseconds &- start.nanoseconds)
    }
    let waiter = Waiter(since: parts.loop.now)
    if waiters[place].count > 2 * waiterCounts[place] + 16 {
      waiters[place].removeAll { $0.isFinished }
    }
    waiters[place].append(waiter)
    waiterCounts[place] += 1
    connect()
    let timer = parts.loop.schedule(at: limit) { [counters = parts.counters] in
      if late == .timeout { counters.value.timeouts += 1 } else { counters.value.overloads += 1 }
      waiter.finish(.failure(late))
    }
    await withTaskCancellationHandler {
      await withUnsafeContinuation { waiter.begin($0) }
    } onCancel: {
      parts.loop.run { waiter.finish(.failure(.cancelled)) }
    }
    waiterCounts[place] -= 1
    timer.cancel()
    if case .failure = waiter.outcome { gauges[place].left(after: waited(waiter)) }
    return try waiter.outcome.get()
  }

  private func waited(_ waiter: Waiter) -> UInt64 {
    parts.loop.now.nanoseconds - waiter.since.nanoseconds
  }

  private func hand(_ connection: PipelineConnection, to lane: Lane) {
    connection.isReleased = false
    connection.lane = lane
    shares.take(lane)
  }

  private func takeFromLane(_ connection: PipelineConnection) {
    guard let lane = connection.lane else { return }
    connection.lane = nil
    shares.giveBack(lane)
  }

  private func popIdle() -> PipelineConnection? {
    while let connection = idle.popLast() {
      guard connection.expiry > parts.loop.now else {
        openCount -= 1
        connection.close()
        continue
      }
      return connection
    }
    return nil
  }

  /// How long callers of the lane wait lately, in nanoseconds.
  func wait(in lane: Lane, at now: UInt64) -> UInt64 {
    let place = lane.rawValue
    while let first = waiters[place].first, first.isFinished { _ = waiters[place].popFirst() }
    return gauges[place].read(at: now, oldest: waiters[place].first?.since)
  }

  /// Gives a connection back, in whatever state.
  /// - Parameter grace: what the statements still running may take at most.
  func release(_ connection: PipelineConnection, grace: Duration = .zero) {
    connection.isReleased = true
    settle(connection, grace: grace)
  }

  private func settle(_ connection: PipelineConnection, grace: Duration) {
    guard !connection.isClosed else { return }
    guard connection.segments.isEmpty else {
      if connection.drainTimer == nil {
        connection.drainTimer = parts.loop.schedule(after: grace + Self.drainGrace) {
          [weak connection] in connection?.lose("the connection did not drain")
        }
      }
      return
    }
    connection.drainTimer?.cancel()
    connection.drainTimer = nil
    if connection.isOutsideTransaction {
      connection.isRollingBack = false
      give(connection)
    } else if connection.isRollingBack {
      connection.lose("the transaction did not end")
    } else {
      rollBack(connection)
    }
  }

  private func rollBack(_ connection: PipelineConnection) {
    connection.isRollingBack = true
    let segment = Segment()
    connection.append(rollback, Parameters(), to: segment, .context, statement: 0)
    connection.submit(segment)
    settle(connection, grace: .zero)
  }

  private func give(_ connection: PipelineConnection) {
    takeFromLane(connection)
    if isClosed || connection.expiry <= parts.loop.now {
      openCount -= 1
      connection.close()
      return isClosed ? () : connect()
    }
    for lane in Lane.allCases where shares.allows(lane) {
      while let waiter = waiters[lane.rawValue].popFirst() {
        guard !waiter.isFinished else { continue }
        gauges[lane.rawValue].served(after: waited(waiter))
        hand(connection, to: lane)
        return waiter.finish(.success(connection))
      }
    }
    idle.append(connection)
  }

  /// How many of those who wait could be given a connection, were there one.
  private var eligibleCount: Int {
    Lane.allCases.reduce(0) {
      $0 + min(waiterCounts[$1.rawValue], max(0, shares.room(for: $1)))
    }
  }

  // MARK: Connections

  func add(to count: inout ConnectionCount) {
    count.idle += idle.count
    count.busy += openCount - idle.count
    count.connecting += connectingCount
  }

  /// Opens connections for those who wait, as far as the ceiling allows.
  private func connect() {
    let limit = parts.configuration.exclusiveConnectionsMax
    let wanted = eligibleCount
    while openCount + connectingCount < limit, connectingCount < wanted,
      parts.source.refusal == nil
    {
      connectingCount += 1
      parts.open { [weak self] result in self?.opened(result) }
    }
    if openCount == 0, connectingCount == 0, let refusal = parts.source.refusal {
      failWaiters(refusal)
    }
  }

  private func opened(_ result: Result<PipelineConnection, DatabaseError>) {
    connectingCount -= 1
    switch result {
    case .success(let connection):
      openCount += 1
      connection.owner = self
      connection.isReleased = true
      give(connection)
    case .failure(let error):
      if openCount == 0, connectingCount == 0 { failWaiters(error) }
    }
  }

  /// Closes the idle connections, and those in use as they come back.
  func close() {
    isClosed = true
    let closing = idle
    idle = []
    for connection in closing { connection.lose("closed") }
    failWaiters(.unavailable(reason: "closed"))
  }

  private func failWaiters(_ error: DatabaseError) {
    for lane in waiters.indices {
      while let waiter = waiters[lane].popFirst() { waiter.finish(.failure(error)) }
    }
  }

  func segmentEnded(on connection: PipelineConnection) {
    if connection.isReleased { settle(connection, grace: .zero) }
  }

  func connectionLost(_ connection: PipelineConnection) {
    parts.counters.value.losses += 1
    openCount -= 1
    takeFromLane(connection)
    idle.removeAll { $0 === connection }
    for other in idle { other.probe() }
    if eligibleCount > 0, !isClosed { connect() }
  }

  /// One caller in the queue.
  private final class Waiter: @unchecked Sendable {
    // Safety: confined to the loop of its pool.
    let since: MonotonicInstant
    private(set) var outcome: Result<PipelineConnection, DatabaseError> = .failure(.cancelled)
    private(set) var isFinished = false
    private var continuation: UnsafeContinuation<Void, Never>?

    init(since: MonotonicInstant) {
      self.since = since
    }

    func begin(_ continuation: UnsafeContinuation<Void, Never>) {
      if isFinished {
        continuation.resume()
      } else {
        self.continuation = continuation
      }
    }

    func finish(_ outcome: Result<PipelineConnection, DatabaseError>) {
      guard !isFinished else { return }
      isFinished = true
      self.outcome = outcome
      continuation?.resume()
      continuation = nil
    }
  }
}
