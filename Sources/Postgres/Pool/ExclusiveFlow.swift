internal import EventLoop

/// One caller's use of an exclusive connection: acquiring it, its flushes, and giving it back.
/// Confined to its loop.
final class ExclusiveFlow {
  let parts: ConnectionParts
  let scope: Scope
  let kind: StatementKind
  let deadline: MonotonicInstant?
  private let pool: ExclusivePool
  /// After a loss the next connection may be as dead; the one after that is new.
  static let retriesMax = 2
  private var connection: PipelineConnection?

  init(
    _ parts: ConnectionParts, _ pool: ExclusivePool, scope: Scope, kind: StatementKind,
    deadline: MonotonicInstant?
  ) {
    self.parts = parts
    self.pool = pool
    self.scope = scope
    self.kind = kind
    self.deadline = deadline
  }

  deinit {
    if let connection { pool.release(connection, grace: statementCeiling) }
  }

  var isOpen: Bool { connection?.isClosed == false }

  private var statementCeiling: Duration { .milliseconds(kind.timeoutMillisecondsMax) }

  func acquire() async throws(DatabaseError) {
    let limit = deadline ?? MonotonicInstant.now().advanced(by: statementCeiling)
    connection = try await pool.acquire(
      for: Lane(kind), until: limit, or: deadline == nil ? .overloaded : .timeout)
  }

  /// Gives the connection back; a transaction still open on it is rolled back there.
  func release() {
    guard let connection else { return }
    self.connection = nil
    pool.release(connection, grace: statementCeiling)
  }

  /// - Throws: `timeout` when too little of the deadline remains to begin.
  func timeouts() throws(DatabaseError) -> Timeouts {
    guard let timeouts = Timeouts(kind: kind, deadline: deadline, now: .now()) else {
      parts.counters.value.timeouts += 1
      throw .timeout
    }
    return timeouts
  }

  func context(_ timeouts: Timeouts) -> Context {
    switch scope {
    case .organization(let high, let low):
      Context(organization: (high, low), role: "none", timeouts: timeouts)
    case .search(let high, let low):
      Context(
        organization: (high, low), role: parts.configuration.searchRole, timeouts: timeouts)
    case .system:
      Context(
        organization: nil, role: parts.configuration.systemRole ?? "none", timeouts: timeouts)
    case .none:
      Context(organization: nil, role: "none", timeouts: timeouts)
    }
  }

  /// One flush outside a transaction, sent again for a statement that must be prepared anew or a
  /// connection that was lost: nothing but reading is done by it.
  func read(_ entries: [Batch.Entry]) async throws(DatabaseError) -> [QueryResult] {
    var retriesLeft = Self.retriesMax
    while true {
      try await acquire()
      let timeouts = try timeouts()
      let segment = ExclusiveSegment()
      var flush = Flush(segment: segment, timeouts: timeouts)
      let context = context(timeouts)
      if entries.contains(where: \.text.isShape) {
        flush.add(OwnStatements.ShapeContext(context: context))
      } else {
        flush.add(OwnStatements.ReadContext(context: context))
      }
      for entry in entries { flush.add(entry) }
      let outcome = try await send(flush, isCommit: false)
      release()
      switch outcome {
      case .succeeded: return Array(segment.results.dropFirst())
      case .failed(let failure, _):
        guard failure.isFatal || failure.staleness != nil, retriesLeft > 0 else {
          throw failure.error
        }
      case .unsent:
        guard retriesLeft > 0 else { throw .unavailable(reason: "the connection was lost") }
      case .lost(let reason):
        guard retriesLeft > 0 else { throw .unavailable(reason: reason) }
      case .abandoned(let error): throw error
      }
      retriesLeft -= 1
      parts.counters.value.retries += 1
    }
  }

  /// What one flush holds, before it is sent.
  struct Flush {
    let segment: ExclusiveSegment
    let timeouts: Timeouts
    private(set) var entries: [Batch.Entry] = []

    init(segment: ExclusiveSegment, timeouts: Timeouts) {
      self.segment = segment
      self.timeouts = timeouts
      segment.isDeadlineBound = timeouts.isDeadlineBound
    }

    mutating func add(_ entry: Batch.Entry) { entries.append(entry) }

    mutating func add<S: Statement>(_ statement: S) {
      var parameters = Parameters()
      statement.bind(&parameters)
      entries.append(Batch.Entry(text: StatementText(S.self), parameters: parameters))
    }
  }

  /// Sends a flush and waits for its end.
  func send(
    _ flush: Flush, isCommit: Bool
  ) async throws(DatabaseError) -> ExclusiveSegment.Outcome {
    guard let connection, !connection.isClosed else {
      return .unsent
    }
    // Nothing was sent: also COMMIT may still be spared.
    guard !Task.isCancelled else { throw .cancelled }
    for (index, entry) in flush.entries.enumerated() {
      connection.append(
        entry.text, entry.parameters, to: flush.segment, .statement, statement: index)
    }
    parts.counters.value.queries += UInt64(flush.entries.count)
    parts.counters.value.syncs += 1
    connection.submit(flush.segment)
    // Without a deadline the server's own limits end each statement; this ends a silent server.
    let limit =
      deadline
      ?? MonotonicInstant.now().advanced(
        by: statementCeiling * flush.entries.count + ExclusivePool.drainGrace)
    let outcome = await flush.segment.wait(
      on: parts.loop, until: limit,
      or: deadline == nil ? .unavailable(reason: "the server is silent") : .timeout,
      isCancellable: !isCommit)
    if case .abandoned(.timeout) = outcome { parts.counters.value.timeouts += 1 }
    return outcome
  }
}
