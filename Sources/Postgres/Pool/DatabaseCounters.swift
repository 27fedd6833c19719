/// What one ``Database`` has done since it was made; read on its loop.
package struct DatabaseCounters: Hashable, Sendable {
  /// Statements sent, retries included; without the contexts of shared Syncs.
  package var queries: UInt64 = 0
  /// Syncs sent: reads, and flushes of transactions.
  package var syncs: UInt64 = 0
  /// Point reads sent again because a neighbour failed or the connection was lost.
  package var retries: UInt64 = 0
  /// Callers that had to wait for a connection of their own.
  package var waits: UInt64 = 0
  /// Callers turned away because too many waited.
  package var overloads: UInt64 = 0
  /// Callers whose deadline passed before the answer came.
  package var timeouts: UInt64 = 0
  /// Connections made, the first ones included.
  package var connects: UInt64 = 0
  /// Attempts at hosts that failed.
  package var connectFailures: UInt64 = 0
  /// Connections to another host than the one before.
  package var failovers: UInt64 = 0
  /// Connections that ended other than by our will.
  package var losses: UInt64 = 0
  /// COMMITs whose outcome stayed unknown.
  package var ambiguousCommits: UInt64 = 0
}

/// The counters, shared by the parts of one ``Database``.
final class CounterCell {
  var value = DatabaseCounters()
}
