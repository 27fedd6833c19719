import Postgres
import RPC
import Service
import Testing

@Suite struct `A failure of the database` {
  /// Table: what callers see of it.
  private static let seen: [(DatabaseError, StatusCode, String, hasRetry: Bool)] = [
    (.unavailable(reason: "secret"), .unavailable, "DATABASE_UNAVAILABLE", true),
    (.statementTimeout, .unavailable, "DATABASE_UNAVAILABLE", true),
    (.overloaded, .unavailable, "OVERLOADED", true),
    (.timeout, .deadlineExceeded, "DEADLINE_EXCEEDED", false),
    (.cancelled, .cancelled, "CALL_CANCELLED", false),
    (.lockTimeout, .aborted, "CONFLICT", true),
    (.serialization, .aborted, "CONFLICT", true),
    (.expectationFailed, .aborted, "CONFLICT", true),
    (.partitionMissing(table: "secret"), .unavailable, "EVENT_PARTITION_MISSING", false),
    (.ambiguousCommit, .unavailable, "OUTCOME_UNKNOWN", true),
    (.uniqueViolation(constraint: "secret"), .internal, "INTERNAL_ERROR", false),
    (.foreignKeyViolation(constraint: "secret"), .internal, "INTERNAL_ERROR", false),
    (.checkViolation(constraint: "secret"), .internal, "INTERNAL_ERROR", false),
    (.undecodable(column: 1, reason: "secret"), .internal, "INTERNAL_ERROR", false),
    (.invalidValue(sqlState: "22021", message: "secret"), .internal, "INTERNAL_ERROR", false),
    (.rejected(sqlState: "42501", message: "secret"), .internal, "INTERNAL_ERROR", false),
  ]

  @Test func `becomes a code and a reason, and tells nothing of our insides`() {
    for (error, code, reason, hasRetry) in Self.seen {
      let status = ServiceFailure(error).status
      #expect(status.code == code, "\(error)")
      #expect(status.reason == reason, "\(error)")
      #expect(status.hasRetry == hasRetry, "\(error)")
      #expect(!"\(status)".contains("secret"), "\(error)")
    }
  }

  @Test func `that is our mistake tells operators only`() {
    let status = ServiceFailure.broken("secret").status
    #expect(status.code == .internal)
    #expect(!"\(status)".contains("secret"))
  }
}
