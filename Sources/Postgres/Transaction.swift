/// A transaction in two flushes on a connection it owns until it commits or rolls back.
/// Dropped without either it rolls back. Confined to the loop of its ``Database``.
package final class Transaction {
  /// The transaction's id, known after the first flush.
  package private(set) var xid: UInt64 = 0
  /// The transaction's time in microseconds since 1970, known after the first flush.
  package private(set) var time: Int64 = 0

  init() {}

  /// Sends a batch and waits for its rows. The first flush is preceded by BEGIN, context, timeouts
  /// and the question for ``xid`` and ``time``.
  /// - Throws: the error of the first statement that failed; the transaction then only rolls back.
  package func flush(_ batch: consuming Batch) async throws(DatabaseError) -> BatchResults {
    throw .unavailable(reason: "not connected")
  }

  /// Changes the row-level security context from the next flush on: for creating an organization.
  package func setOrganization(high: UInt64, low: UInt64) {}

  /// Sends the changes, the narrowing question and COMMIT in one flush: the only COMMIT there is.
  /// - Throws: ``DatabaseError/ambiguousCommit`` when the outcome is unknown, else nothing was done.
  package func commit(_ batch: consuming Batch) async throws(DatabaseError) -> Commit {
    throw .unavailable(reason: "not connected")
  }

  /// Ends the transaction without effect.
  package func rollback() async {}
}

/// A transaction that is durable.
package struct Commit {
  /// The rows of the last batch.
  package let results: BatchResults
  package let xid: UInt64
  /// Whether a right was narrowed, so that the barrier must be waited for.
  package let isNarrowing: Bool
}
