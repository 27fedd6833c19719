import Postgres

extension DatabaseError {
  /// What an operator reads. Never sent to a caller.
  var text: String {
    switch self {
    case .unavailable(let reason): "no connection: \(reason)"
    case .overloaded: "all connections are taken"
    case .timeout: "no answer in time"
    case .statementTimeout: "the statement took too long"
    case .lockTimeout: "a lock was held too long by others"
    case .cancelled: "cancelled"
    case .serialization: "in conflict with another transaction; try again"
    case .uniqueViolation(let constraint): "\(constraint) must be unique"
    case .foreignKeyViolation(let constraint): "\(constraint) names nothing"
    case .checkViolation(let constraint): "\(constraint) is violated"
    case .partitionMissing(let table): "no partition of \(table) for this instant"
    case .expectationFailed: "the rows changed meanwhile; try again"
    case .ruleBroken(let state): "the schema refused (SQLSTATE \(state))"
    case .ambiguousCommit: "the connection was lost during the commit: it may have happened"
    case .undecodable(let column, let reason): "column \(column) is unexpected: \(reason)"
    case .invalidValue(let state, let message), .rejected(let state, let message):
      "\(message) (SQLSTATE \(state))"
    }
  }
}
