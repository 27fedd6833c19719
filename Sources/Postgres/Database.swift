package import EventLoop

/// The way of one loop to PostgreSQL: a pool of connections in pipeline mode, confined to the loop.
///
/// One `Database` serves requests with `database.url`; background workers make their own with
/// `database.system_url` and no system role.
package final class Database: @unchecked Sendable {
  // Safety: confined to its loop.
  package let loop: EventLoop
  private let parts: ConnectionParts
  private let points: PointReads
  private let pool: ExclusivePool

  /// Connections open lazily. `random` feeds the jitter of lifetimes and retries.
  package init(
    _ configuration: DatabaseConfiguration, loop: EventLoop,
    random: @escaping @Sendable () -> UInt64
  ) {
    self.loop = loop
    parts = ConnectionParts(configuration, loop: loop, random: random)
    points = PointReads(parts)
    pool = ExclusivePool(parts)
  }

  deinit {
    loop.run { [points, pool] in
      points.close()
      pool.close()
    }
  }

  package var configuration: DatabaseConfiguration { parts.configuration }

  /// On the loop only.
  package var counters: DatabaseCounters { parts.counters.value }

  /// How long callers have waited since this was asked last; on the loop only.
  /// - Parameter now: in nanoseconds, of the turn.
  package func takeWaits(at now: UInt64) -> DatabaseWaits {
    DatabaseWaits(
      lookup: max(points.wait(at: now), pool.wait(in: .lookup, at: now)),
      write: pool.wait(in: .write, at: now), bulk: pool.wait(in: .bulk, at: now))
  }

  /// Has the series of ``DatabaseConfiguration/metrics`` say what holds now, but for those of
  /// statements, which always do. On the loop only.
  package func publishMetrics() {
    guard let metrics = parts.metrics else { return }
    var count = ConnectionCount()
    points.add(to: &count)
    pool.add(to: &count)
    metrics.publish(count)
    metrics.publish(counters)
  }

  /// Runs one reading statement outside a transaction and returns its rows.
  ///
  /// A `.point` statement shares its Sync with others; any other kind, and `.system` or `.search`,
  /// has a connection of its own. Without a deadline the ceiling of the kind applies.
  package func read<S: Statement>(
    _ statement: S, as scope: Scope, deadline: MonotonicInstant?
  ) async throws(DatabaseError) -> [S.Row] {
    if S.kind == .point, let organization = shareableOrganization(scope) {
      let read = PointRead(
        StatementText(S.self), organization: organization.value, deadline: deadline,
        now: loop.now)
      statement.bind(&read.parameters)
      await points.run(read)
      return try read.rows(S.self)
    }
    var batch = Batch()
    let pending = batch.add(statement)
    return try await read(batch, as: scope, kind: S.kind, deadline: deadline).rows(pending)
  }

  /// Runs one page of a list, whose text was compiled from a query.
  package func list<L: ListStatement>(
    _ statement: L, as scope: Scope, deadline: MonotonicInstant?
  ) async throws(DatabaseError) -> [L.Row] {
    var parameters = Parameters()
    statement.bind(&parameters)
    let entry = Batch.Entry(text: StatementText(statement.text), parameters: parameters)
    let results = try await exclusiveRead([entry], as: scope, kind: .list, deadline: deadline)
    return try results.first?.decode { (row) throws(DatabaseError) in try L.decode(row) } ?? []
  }

  /// Runs several reading statements in one flush on a connection of its own. Each sees the rows
  /// committed when it begins: they share no snapshot.
  package func read(
    _ batch: consuming Batch, as scope: Scope, kind: StatementKind, deadline: MonotonicInstant?
  ) async throws(DatabaseError) -> BatchResults {
    BatchResults(
      try await exclusiveRead(batch.entries, as: scope, kind: kind, deadline: deadline)[...])
  }

  /// Takes a connection for one transaction; nothing is sent before its first flush.
  /// - Throws: when no connection can be had before the deadline.
  package func begin(
    as scope: Scope, kind: StatementKind, deadline: MonotonicInstant?,
    mode: TransactionMode = .readWrite
  ) async throws(DatabaseError) -> Transaction {
    let flow = ExclusiveFlow(parts, pool, scope: scope, kind: kind, deadline: deadline)
    try await flow.acquire()
    return Transaction(flow, mode: mode)
  }

  /// The organization of a scope under the role of login; `nil` when another role is needed.
  private func shareableOrganization(
    _ scope: Scope
  ) -> (value: (high: UInt64, low: UInt64)?, Void)? {
    switch scope {
    case .organization(let high, let low): ((high, low), ())
    case .none: (nil, ())
    case .system: parts.configuration.systemRole == nil ? (nil, ()) : nil
    case .search: nil
    }
  }

  private func exclusiveRead(
    _ entries: [Batch.Entry], as scope: Scope, kind: StatementKind, deadline: MonotonicInstant?
  ) async throws(DatabaseError) -> [QueryResult] {
    let flow = ExclusiveFlow(parts, pool, scope: scope, kind: kind, deadline: deadline)
    return try await flow.read(entries)
  }
}

/// What a transaction may do.
package enum TransactionMode: Sendable {
  /// READ COMMITTED, with an xid from its first flush on.
  case readWrite
  /// REPEATABLE READ READ ONLY: all flushes see one snapshot; there is no xid.
  case snapshot
}
