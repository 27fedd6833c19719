internal import EventLoop
internal import Metrics

/// What the pools of one ``Database`` share. Confined to its loop.
final class ConnectionParts {
  let loop: EventLoop
  let configuration: DatabaseConfiguration
  let counters = CounterCell()
  let metrics: DatabaseMetrics?
  let catalogue: StatementCatalogue
  let source: ConnectionSource
  /// The last question before COMMIT: whether a right was narrowed. From then on no limit of time
  /// stands: cancelled while it waits for a standby, COMMIT would claim success without it.
  let beforeCommit: StatementText

  init(
    _ configuration: DatabaseConfiguration, loop: EventLoop,
    random: @escaping @Sendable () -> UInt64
  ) {
    self.loop = loop
    self.configuration = configuration
    metrics = configuration.metrics.map { DatabaseMetrics($0, pool: configuration.name) }
    catalogue = StatementCatalogue(metrics)
    source = ConnectionSource(
      configuration.conninfo, loop: loop, counters: counters, random: random)
    let question = configuration.narrowingQuestion?.description ?? "false"
    beforeCommit = StatementText(
      fixed: "SELECT (\(question)), set_config('statement_timeout', '0', true)")
  }

  /// Settings of a session. The ceiling of point reads is set once; other connections set theirs in
  /// each transaction, and a transaction that stalls between flushes is ended by the server.
  private static let setup = """
    SET statement_timeout = 250; SET idle_in_transaction_session_timeout = 10000; SET jit = off; \
    SELECT pg_backend_pid()
    """

  /// Opens a connection in pipeline mode. The completion may run before this returns.
  func open(_ completion: @escaping (Result<PipelineConnection, DatabaseError>) -> Void) {
    source.open(setup: Self.setup) { [self] result in
      completion(
        result.flatMap { (native) -> Result<PipelineConnection, DatabaseError> in
          let age = configuration.lifetime * (0.8 + 0.4 * source.jitter())
          let connection = PipelineConnection(
            native, loop: loop, catalogue: catalogue,
            expiry: MonotonicInstant.now().advanced(by: age))
          if let error = connection.open() { return .failure(error) }
          return .success(connection)
        })
    }
  }
}
