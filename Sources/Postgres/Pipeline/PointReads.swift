internal import EventLoop

/// The point reads of one loop: collected during a turn, sent in shared Syncs at its end, over a
/// few connections that are kept open. Confined to its loop.
final class PointReads: Flushable, PipelineOwner, @unchecked Sendable {
  // Safety: confined to its loop; cancellation from elsewhere hops there first.

  /// Pairs of context and statement in one Sync (decisions 4).
  static let readsPerSyncMax = 16
  /// Syncs a connection may have in flight.
  static let syncsInFlightMax = 2

  private let parts: ConnectionParts
  private var slots: [Slot]
  private var queue = Queue<PointRead>()
  /// Reads that must be alone in their Sync.
  private var alone = Queue<PointRead>()
  private var outstanding = 0
  private var gauge = QueueGauge()
  private var isClosed = false
  /// Replaced connections that still answer.
  private var retiring: [PipelineConnection] = []
  private var isFlushRequested = false
  private var deadlineTimer: (timer: Timer, instant: MonotonicInstant)?
  private var retryTimer: Timer?
  private var contextParameters = Parameters()
  private let contextText = StatementText(OwnStatements.PointContext.self)

  private enum Slot {
    case empty, connecting
    case open(PipelineConnection)
  }

  init(_ parts: ConnectionParts) {
    self.parts = parts
    slots = Array(repeating: .empty, count: max(1, parts.configuration.sharedConnectionsMax))
  }

  // MARK: Callers

  /// Runs a read to its end; the outcome is in the read.
  func run(_ read: PointRead) async {
    guard outstanding < parts.configuration.pointReadsMax else {
      parts.counters.value.overloads += 1
      return read.fail(.overloaded)
    }
    guard read.deadline > MonotonicInstant.now() else {
      parts.counters.value.timeouts += 1
      return read.fail(.timeout)
    }
    outstanding += 1
    submit(read)
    await withTaskCancellationHandler {
      await withUnsafeContinuation { read.begin($0) }
    } onCancel: {
      parts.loop.run { read.fail(.cancelled) }
    }
    outstanding -= 1
    if !read.isSent { gauge.left(after: waited(read)) }
  }

  private func waited(_ read: PointRead) -> UInt64 {
    parts.loop.now.nanoseconds - read.since.nanoseconds
  }

  /// How long reads wait for a place in a Sync lately, in nanoseconds.
  func wait(at now: UInt64) -> UInt64 {
    while let first = queue.first, first.isFinished { _ = queue.popFirst() }
    return gauge.read(at: now, oldest: queue.first?.since)
  }

  private func submit(_ read: PointRead) {
    if queue.count > 2 * outstanding + Self.readsPerSyncMax {
      queue.removeAll { $0.isFinished }
    }
    queue.append(read)
    watch(read.deadline)
    requestFlush()
  }

  /// Sends a read once more, alone; fails it with `error` when that was done before.
  func retry(_ read: PointRead, isLoss: Bool, or error: DatabaseError) {
    guard !read.isFinished else { return }
    guard (isLoss ? read.lossRetriesLeft : read.retriesLeft) > 0 else { return read.fail(error) }
    if isLoss {
      read.lossRetriesLeft -= 1
    } else {
      read.retriesLeft -= 1
    }
    sendAgain(read)
  }

  /// Sends a read once more, alone, however often that was done: its deadline ends it.
  func sendAgain(_ read: PointRead) {
    guard !read.isFinished else { return }
    parts.counters.value.retries += 1
    alone.append(read)
    requestFlush()
  }

  // MARK: Sending

  private func requestFlush() {
    guard !isFlushRequested else { return }
    isFlushRequested = true
    parts.loop.requestFlush(self, .queries)
  }

  func flush() {
    isFlushRequested = false
    connect()
    while let connection = leastBusy() {
      guard let segment = nextSegment() else { return }
      send(segment, connection)
    }
  }

  /// The open connection with the fewest Syncs in flight, if it has room for one more.
  private func leastBusy() -> PipelineConnection? {
    var best: PipelineConnection?
    for case .open(let connection) in slots
    where connection.segments.count < (best?.segments.count ?? Self.syncsInFlightMax) {
      best = connection
    }
    return best
  }

  private func nextSegment() -> SharedSegment? {
    while let read = alone.popFirst() {
      guard !read.isFinished else { continue }
      let segment = SharedSegment(queue: self)
      segment.add(read)
      return segment
    }
    var segment: SharedSegment?
    while (segment?.reads.count ?? 0) < Self.readsPerSyncMax, let read = queue.popFirst() {
      guard !read.isFinished else { continue }
      // Its timer fires later in this turn.
      guard read.deadline > parts.loop.now else {
        parts.counters.value.timeouts += 1
        read.expire()
        continue
      }
      read.isSent = true
      gauge.served(after: waited(read))
      let open = segment ?? SharedSegment(queue: self)
      open.add(read)
      segment = open
    }
    return segment
  }

  /// The context precedes each read whose organization is not that of the read before it: nothing
  /// in between can have changed it, since point reads set nothing.
  private func send(_ segment: SharedSegment, _ connection: PipelineConnection) {
    var previous: PointRead?
    for (index, read) in segment.reads.enumerated() {
      if previous?.isOfSameOrganization(read) != true {
        contextParameters.removeAll()
        contextParameters.organization(read.organization)
        connection.append(
          contextText, contextParameters, to: segment, .context, statement: index)
      }
      previous = read
      connection.append(read.text, read.parameters, to: segment, .statement, statement: index)
    }
    parts.counters.value.queries += UInt64(segment.reads.count)
    parts.counters.value.syncs += 1
    connection.submit(segment)
  }

  // MARK: Deadlines

  /// One timer for all: it stands at the earliest deadline seen, so most reads only compare.
  private func watch(_ deadline: MonotonicInstant) {
    if let standing = deadlineTimer {
      guard deadline < standing.instant else { return }
      standing.timer.cancel()
    }
    let timer = parts.loop.schedule(at: deadline) { [weak self] in self?.expire() }
    deadlineTimer = (timer, deadline)
  }

  private func expire() {
    deadlineTimer = nil
    let now = MonotonicInstant.now()
    var next: MonotonicInstant?
    let check = { [counters = parts.counters] (read: PointRead) in
      guard !read.isFinished else { return }
      if read.deadline <= now {
        counters.value.timeouts += 1
        read.expire()
      } else {
        next = min(next ?? read.deadline, read.deadline)
      }
    }
    queue.forEach(check)
    alone.forEach(check)
    for connection in openConnections + retiring {
      connection.segments.forEach { ($0 as? SharedSegment)?.reads.forEach(check) }
      connection.loseIfSilent(at: now)
    }
    if let next { watch(next) }
  }

  // MARK: Connections

  /// Opens what is missing. While every attempt is refused, reads fail at once.
  private func connect() {
    guard !isClosed else { return failQueued(.unavailable(reason: "closed")) }
    if openConnections.isEmpty, let refusal = parts.source.refusal {
      failQueued(refusal)
    }
    for index in slots.indices {
      guard case .empty = slots[index] else { continue }
      if parts.source.refusal != nil {
        return retryLater()
      }
      slots[index] = .connecting
      open(index, replacing: nil)
    }
  }

  func add(to count: inout ConnectionCount) {
    for slot in slots {
      switch slot {
      case .empty: break
      case .connecting: count.connecting += 1
      case .open: count.shared += 1
      }
    }
  }

  private var openConnections: [PipelineConnection] {
    slots.compactMap { if case .open(let connection) = $0 { connection } else { nil } }
  }

  private func open(_ index: Int, replacing old: PipelineConnection?) {
    parts.open { [weak self] result in
      guard let self else { return }
      switch result {
      case .success(let connection): adopt(connection, index, replacing: old)
      case .failure(let error): openFailed(error, index, replacing: old)
      }
    }
  }

  private func adopt(
    _ connection: PipelineConnection, _ index: Int, replacing old: PipelineConnection?
  ) {
    if case .open(let other) = slots[index], other !== old {
      return connection.close()
    }
    guard !isClosed else { return connection.close() }
    connection.owner = self
    slots[index] = .open(connection)
    parts.loop.schedule(at: connection.expiry) { [weak self, weak connection] in
      guard let self, let connection, !connection.isClosed else { return }
      open(index, replacing: connection)
    }
    if let old {
      old.isReleased = true
      retiring.append(old)
      closeIfDrained(old)
    }
    requestFlush()
  }

  private func openFailed(
    _ error: DatabaseError, _ index: Int, replacing old: PipelineConnection?
  ) {
    if let old {
      // It may live longer than it should rather than leave its place empty.
      parts.loop.schedule(after: .seconds(10)) { [weak self] in
        guard let self, !old.isClosed else { return }
        open(index, replacing: old)
      }
      return
    }
    slots[index] = .empty
    if openConnections.isEmpty { failQueued(error) }
    retryLater()
  }

  private func failQueued(_ error: DatabaseError) {
    while let read = queue.popFirst() { read.fail(error) }
    while let read = alone.popFirst() { read.fail(error) }
  }

  private func retryLater() {
    guard retryTimer == nil else { return }
    retryTimer = parts.loop.schedule(at: parts.source.retryInstant) { [weak self] in
      self?.retryTimer = nil
      self?.connect()
    }
  }

  private func closeIfDrained(_ connection: PipelineConnection) {
    guard connection.segments.isEmpty else { return }
    connection.close()
    retiring.removeAll { $0 === connection }
  }

  /// Closes the connections; what waits is told that the database is unavailable.
  func close() {
    isClosed = true
    for connection in openConnections + retiring { connection.lose("closed") }
    failQueued(.unavailable(reason: "closed"))
    retryTimer?.cancel()
    deadlineTimer?.timer.cancel()
  }

  func segmentEnded(on connection: PipelineConnection) {
    if connection.isReleased { closeIfDrained(connection) }
    if !queue.isEmpty || !alone.isEmpty { requestFlush() }
  }

  func connectionLost(_ connection: PipelineConnection) {
    parts.counters.value.losses += 1
    retiring.removeAll { $0 === connection }
    for index in slots.indices {
      guard case .open(let open) = slots[index] else { continue }
      if open === connection {
        slots[index] = .empty
      } else {
        open.probe()
      }
    }
    requestFlush()
  }
}
