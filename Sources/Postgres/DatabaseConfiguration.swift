package import Metrics

/// Where PostgreSQL is and how much of it one loop may use.
package struct DatabaseConfiguration: Sendable {
  package var conninfo: Conninfo
  /// Of the pool, in metrics.
  package var name = "requests"
  /// Where the pool counts; nil: nowhere.
  package var metrics: MetricRegistry?
  /// Taken by ``Scope/system``; `nil` on a pool that logs in as that role itself.
  package var systemRole: StaticString? = "roster_system"
  /// Taken by ``Scope/search(high:low:)``.
  package var searchRole: StaticString = "roster_search"
  /// An expression of one boolean, evaluated just before COMMIT: whether this transaction narrowed
  /// a right. `nil` never narrows.
  package var narrowingQuestion: StaticString?
  /// Connections for point reads, kept open.
  package var sharedConnectionsMax = 2
  /// Connections for everything else, opened on demand.
  package var exclusiveConnectionsMax = 6
  /// Whether lists and bulk work may hold only half of the exclusive connections, and writes leave
  /// one: so that look-ups stay quick whatever else is asked. Off for pools without callers.
  package var reservesForLookups = false
  /// Callers that may wait for an exclusive connection: so many look-ups, so many writes, so many
  /// of lists and bulk work; one more is refused.
  package var waitersMax = 1_024
  /// Point reads that may be queued or in flight; one more is refused.
  package var pointReadsMax = 8_192
  /// Mean age at which a connection is replaced; drawn ±20 % for each.
  package var lifetime = Duration.seconds(30 * 60)

  /// - Parameter conninfo: a libpq URI or `key=value` string; its hosts are tried in turn.
  /// - Throws: ``DatabaseError/rejected(sqlState:message:)`` for a string libpq can't read.
  package init(_ conninfo: String) throws(DatabaseError) {
    self.conninfo = try Conninfo(conninfo)
  }

  /// Connections that `loopCount` loops may hold at once (`max_total`); while connections are
  /// replaced at the end of their lifetime, one more for each shared connection.
  package func connectionsMax(loopCount: Int) -> Int {
    loopCount * (sharedConnectionsMax + exclusiveConnectionsMax)
  }
}
