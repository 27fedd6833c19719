internal import EventLoop

/// A transaction in two flushes on a connection it owns until it commits or rolls back.
/// Dropped without either it rolls back. Confined to the loop of its ``Database``.
package final class Transaction: @unchecked Sendable {
  // Safety: confined to its loop.

  /// The transaction's id, known after the first flush; 0 in a snapshot.
  package private(set) var xid: UInt64 = 0
  /// The transaction's time in microseconds since 1970, known after the first flush.
  package private(set) var time: Int64 = 0

  private let flow: ExclusiveFlow
  private let mode: TransactionMode
  private var isBegun = false
  private var isEnded = false
  private var nextOrganization: (high: UInt64, low: UInt64)?
  /// The limits the server was told last.
  private var sentTimeouts: Timeouts?

  init(_ flow: ExclusiveFlow, mode: TransactionMode) {
    self.flow = flow
    self.mode = mode
  }

  /// Sends a batch and waits for its rows. The first flush is preceded by BEGIN, context, timeouts
  /// and the question for ``xid`` and ``time``.
  /// - Throws: the error of the first statement that failed; the transaction is rolled back then.
  package func flush(_ batch: consuming Batch) async throws(DatabaseError) -> BatchResults {
    try await perform(batch.entries, isCommit: false).results
  }

  /// Changes the row-level security context from the next flush on: for creating an organization.
  package func setOrganization(high: UInt64, low: UInt64) {
    nextOrganization = (high, low)
  }

  /// Sends the changes, the narrowing question and COMMIT in one flush: the only COMMIT there is.
  /// Cancelling the task doesn't end the wait for its outcome; the deadline does.
  /// - Throws: ``DatabaseError/ambiguousCommit`` when the outcome is unknown; any other error means
  ///   that nothing was done.
  package func commit(_ batch: consuming Batch) async throws(DatabaseError) -> Commit {
    let outcome = try await perform(batch.entries, isCommit: true)
    return Commit(results: outcome.results, xid: xid, isNarrowing: outcome.isNarrowing)
  }

  /// Ends the transaction without effect. The connection rolls back on its own; no need to wait.
  package func rollback() async {
    end()
  }

  private func end() {
    isEnded = true
    flow.release()
  }

  private typealias Performed = (results: BatchResults, isNarrowing: Bool)

  private func perform(
    _ entries: [Batch.Entry], isCommit: Bool
  ) async throws(DatabaseError) -> Performed {
    guard !isEnded else { throw .rejected(sqlState: "", message: "the transaction has ended") }
    do {
      return try await attempt(entries, isCommit: isCommit)
    } catch {
      end()
      throw error
    }
  }

  /// A first flush that left no trace is sent again: its connection was lost or its statement
  /// must be prepared anew. Never one with COMMIT in it, unless not a byte of it was sent.
  private func attempt(
    _ entries: [Batch.Entry], isCommit: Bool
  ) async throws(DatabaseError) -> Performed {
    let isRepeatable = !isBegun && !isCommit
    for retriesLeft in (0...ExclusiveFlow.retriesMax).reversed() {
      let plan = try plan(entries, isCommit: isCommit)
      let outcome = try await flow.send(plan.flush, isCommit: isCommit)
      switch outcome {
      case .succeeded:
        return try finish(plan, isCommit: isCommit)
      case .failed(let failure, let statement):
        let isCommitStep = isCommit && statement == plan.flush.entries.count - 1
        if failure.isFatal, isCommitStep { throw ambiguous() }
        guard isRepeatable, retriesLeft > 0, failure.isFatal || failure.staleness != nil else {
          throw failure.staleness == nil ? failure.error : .serialization
        }
      case .unsent:
        // COMMIT, too, was not sent: nothing is in doubt.
        guard !isBegun, retriesLeft > 0 else {
          throw .unavailable(reason: "the connection was lost")
        }
      case .lost(let reason):
        if isCommit { throw ambiguous() }
        guard isRepeatable, retriesLeft > 0 else { throw .unavailable(reason: reason) }
      case .abandoned(let error):
        throw isCommit ? ambiguous() : error
      }
      flow.release()
      try await flow.acquire()
      isBegun = false
    }
    throw .unavailable(reason: "the first flush failed again and again")
  }

  private func ambiguous() -> DatabaseError {
    flow.parts.counters.value.ambiguousCommits += 1
    return .ambiguousCommit
  }

  /// A flush and where the caller's statements lie in it.
  private struct Plan {
    var flush: ExclusiveFlow.Flush
    var own: Range<Int> = 0..<0
    var context: Int?
  }

  private func plan(_ entries: [Batch.Entry], isCommit: Bool) throws(DatabaseError) -> Plan {
    let timeouts = try flow.timeouts()
    var plan = Plan(flush: ExclusiveFlow.Flush(segment: ExclusiveSegment(), timeouts: timeouts))
    if !isBegun {
      begin(&plan, flow.context(timeouts))
    } else if let sentTimeouts, timeouts.isMuchShorter(than: sentTimeouts) {
      plan.flush.add(OwnStatements.TimeoutContext(timeouts: timeouts))
    }
    if let organization = nextOrganization {
      plan.flush.add(OwnStatements.OrganizationContext(organization: organization))
    }
    let start = plan.flush.entries.count
    for entry in entries { plan.flush.add(entry) }
    plan.own = start..<plan.flush.entries.count
    if isCommit {
      plan.flush.add(Batch.Entry(text: flow.parts.beforeCommit, parameters: Parameters()))
      plan.flush.add(CommitTransaction())
    }
    return plan
  }

  private func begin(_ plan: inout Plan, _ context: Context) {
    switch mode {
    case .readWrite:
      plan.flush.add(OwnStatements.Begin())
      plan.flush.add(OwnStatements.WriteContext(context: context))
    case .snapshot:
      plan.flush.add(OwnStatements.BeginSnapshot())
      plan.flush.add(OwnStatements.SnapshotContext(context: context))
    }
    plan.context = plan.flush.entries.count - 1
  }

  private func finish(_ plan: Plan, isCommit: Bool) throws(DatabaseError) -> Performed {
    let results = plan.flush.segment.results
    guard results.count == plan.flush.entries.count else {
      throw .unavailable(
        reason: "\(results.count) answers to \(plan.flush.entries.count) statements")
    }
    if let context = plan.context { try read(results[context]) }
    isBegun = true
    nextOrganization = nil
    sentTimeouts = plan.flush.timeouts
    var isNarrowing = false
    if isCommit {
      // COMMIT of a transaction that failed unnoticed answers ROLLBACK.
      guard results[results.count - 1].commandTag == CommitTransaction.sql.description else {
        throw .rejected(sqlState: "", message: "the server rolled back")
      }
      isNarrowing = try results[results.count - 2].firstBoolean()
      end()
    }
    return (BatchResults(results[plan.own]), isNarrowing)
  }

  private func read(_ result: QueryResult) throws(DatabaseError) {
    switch mode {
    case .readWrite:
      let row = try result.firstRow(OwnStatements.WriteContext.self)
      xid = row?.xid ?? 0
      time = row?.time ?? 0
    case .snapshot:
      time = try result.firstRow(OwnStatements.SnapshotContext.self) ?? 0
    }
  }
}

private struct CommitTransaction: Statement {
  static let kind = StatementKind.write
  static let sql: StaticString = "COMMIT"
  func bind(_ parameters: inout Parameters) {}
  typealias Row = NoRow
}

/// A transaction that is durable.
package struct Commit: Sendable {
  /// The rows of the last batch.
  package let results: BatchResults
  package let xid: UInt64
  /// Whether a right was narrowed, so that the barrier must be waited for.
  package let isNarrowing: Bool
}
