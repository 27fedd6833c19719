package import Postgres

/// Deletes up to 1,000 idempotency keys past their 24 hours and answers how many.
package struct DeleteExpiredAnswers: Statement {
  package init() {}

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    WITH expired AS (
      SELECT ctid FROM roster.idempotency_keys
       WHERE expires_at < now()
       LIMIT 1000
         FOR UPDATE SKIP LOCKED
    ), deleted AS (
      DELETE FROM roster.idempotency_keys AS k USING expired WHERE k.ctid = expired.ctid
      RETURNING 1
    )
    SELECT count(*) FROM deleted
    """

  package func bind(_ parameters: inout Parameters) {}

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(0)
  }
}
