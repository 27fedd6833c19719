package import EventLoop

/// The way of one loop to PostgreSQL: a pool of connections in pipeline mode, confined to the loop.
package final class Database: @unchecked Sendable {
  // Safety: confined to its loop.
  package let loop: EventLoop

  /// Connections open lazily. `random` feeds the jitter of lifetimes and retries.
  package init(
    _ configuration: DatabaseConfiguration, loop: EventLoop,
    random: @escaping @Sendable () -> UInt64
  ) {
    self.loop = loop
  }

  /// Runs one reading statement outside a transaction and returns its rows.
  ///
  /// A `.point` statement shares its Sync with others; any other kind, and `.system` or `.search`,
  /// has a connection of its own. Without a deadline the ceiling of the kind applies.
  package func read<S: Statement>(
    _ statement: S, as scope: Scope, deadline: MonotonicInstant?
  ) async throws(DatabaseError) -> [S.Row] {
    throw .unavailable(reason: "not connected")
  }

  /// Takes a connection for one transaction; nothing is sent before its first flush.
  package func begin(
    as scope: Scope, kind: StatementKind, deadline: MonotonicInstant?
  ) async throws(DatabaseError) -> Transaction {
    throw .unavailable(reason: "not connected")
  }
}
