/// Why a statement or transaction gave no answer; SQLSTATE becomes one of these in one file.
///
/// Unless it is ``ambiguousCommit``, nothing of the transaction was committed.
package enum DatabaseError: Error, Hashable, Sendable {
  /// No connection could be made or the connection was lost; the reason is for operators.
  case unavailable(reason: String)
  /// The pool and its queue of waiters are full.
  case overloaded
  /// The caller's deadline passed.
  case timeout
  /// The ceiling of the statement's kind passed while the caller had time left.
  case statementTimeout
  /// A lock was not granted within half of the time that remained (SQLSTATE 55P03).
  case lockTimeout
  /// The caller's task was cancelled.
  case cancelled
  /// A serialization failure or a deadlock (40001, 40P01): the whole transaction may be retried.
  case serialization
  case uniqueViolation(constraint: String)
  case foreignKeyViolation(constraint: String)
  /// A check constraint; the name of the column for NOT NULL.
  case checkViolation(constraint: String)
  /// An insert found no partition for its row.
  case partitionMissing(table: String)
  /// `roster.expect` counted other rows than the change must have (SQLSTATE RS001).
  case expectationFailed
  /// A rule that the schema itself keeps refused (the other SQLSTATEs of class RS).
  case ruleBroken(sqlState: String)
  /// COMMIT was sent and its outcome is unknown: resolve it by the idempotency row.
  case ambiguousCommit
  /// A column that doesn't hold what the statement's row type needs; the position counts from 0.
  case undecodable(column: Int, reason: String)
  /// A value PostgreSQL can't hold, such as NUL in a text (class 22).
  case invalidValue(sqlState: String, message: String)
  /// Any other error of the server: a mistake of ours, or of its configuration.
  case rejected(sqlState: String, message: String)
}
