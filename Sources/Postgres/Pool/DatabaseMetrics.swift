internal import Metrics

/// The series of one ``Database``. Confined to its loop, but for reading.
final class DatabaseMetrics {
  private let registry: MetricRegistry
  private let pool: String
  private var errors: [String: Counter] = [:]

  let wait: Histogram
  private let shared, idle, busy, connecting: Gauge
  private let connects, connectFailures, losses, failovers: Counter
  private let retries, overloads, timeouts, ambiguousCommits: Counter

  /// - Parameter pool: what it serves, such as `requests`.
  init(_ registry: MetricRegistry, pool: String) {
    self.registry = registry
    self.pool = pool
    wait = registry.histogram(.databaseWait, pool)
    shared = registry.gauge(.databaseConnections, pool, "shared")
    idle = registry.gauge(.databaseConnections, pool, "idle")
    busy = registry.gauge(.databaseConnections, pool, "busy")
    connecting = registry.gauge(.databaseConnections, pool, "connecting")
    connects = registry.counter(.databaseConnects, "made")
    connectFailures = registry.counter(.databaseConnects, "failed")
    losses = registry.counter(.databaseLosses)
    failovers = registry.counter(.databaseFailovers)
    retries = registry.counter(.databaseRetries)
    overloads = registry.counter(.databaseRefusals, "overloaded")
    timeouts = registry.counter(.databaseRefusals, "timeout")
    ambiguousCommits = registry.counter(.databaseAmbiguousCommits)
  }

  /// The durations of one statement, of which there are as many as the program has.
  func latency(of statement: String) -> Histogram {
    registry.histogram(.databaseQueries, statement)
  }

  /// Counts an error of the server by the first two characters of its SQLSTATE.
  func noteError(sqlState: String) {
    let digits = sqlState.utf8.prefix(2)
    let isClass =
      digits.count == 2
      && digits.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    let name = isClass ? String(sqlState.prefix(2)) : "none"
    if let counter = errors[name] { return counter.add() }
    let counter = registry.counter(.databaseErrors, name)
    counter.add()
    errors[name] = counter
  }

  func publish(_ counters: DatabaseCounters) {
    connects.set(counters.connects)
    connectFailures.set(counters.connectFailures)
    losses.set(counters.losses)
    failovers.set(counters.failovers)
    retries.set(counters.retries)
    overloads.set(counters.overloads)
    timeouts.set(counters.timeouts)
    ambiguousCommits.set(counters.ambiguousCommits)
  }

  func publish(_ count: ConnectionCount) {
    shared.set(count.shared)
    idle.set(count.idle)
    busy.set(count.busy)
    connecting.set(count.connecting)
  }
}

/// Connections of one ``Database`` by what they do.
struct ConnectionCount {
  /// Open, for point reads.
  var shared = 0
  /// Open, and nobody's.
  var idle = 0
  /// Held by one caller, or drained after one.
  var busy = 0
  var connecting = 0
}

extension MetricFamily {
  static let databaseQueries = latency(
    "roster_db_query_seconds", "From sending a flush to the answer of one statement in it.",
    labels: ["stmt"])
  static let databaseErrors = MetricFamily(
    "roster_db_errors", .counter, "Statements that PostgreSQL refused.",
    labels: ["sqlstate_class"])
  static let databaseConnections = MetricFamily(
    "roster_db_pool_connections", .gauge, "Connections to PostgreSQL.",
    labels: ["pool", "state"])
  static let databaseWait = latency(
    "roster_db_pool_wait_seconds", "What callers waited for a connection of their own.",
    labels: ["pool"])
  static let databaseConnects = MetricFamily(
    "roster_db_connects", .counter, "Attempts to connect.", labels: ["result"])
  static let databaseLosses = MetricFamily(
    "roster_db_connection_losses", .counter, "Connections that ended other than by our will.")
  static let databaseFailovers = MetricFamily(
    "roster_db_failover", .counter, "Connections to another host than the one before.")
  static let databaseRetries = MetricFamily(
    "roster_db_retries", .counter, "Reads sent again after a loss or a neighbour's failure.")
  static let databaseRefusals = MetricFamily(
    "roster_db_refused", .counter, "Callers that got no answer.", labels: ["reason"])
  static let databaseAmbiguousCommits = MetricFamily(
    "roster_db_ambiguous_commit", .counter, "Commits whose outcome stayed unknown.")
}
