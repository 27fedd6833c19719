package import Postgres

/// Holds the mark until the transaction ends, so that one process seals at a time; no row: another
/// one does.
package struct HoldSealMark: Statement {
  package init() {}

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT true FROM roster.event_seal_mark FOR UPDATE SKIP LOCKED
    """

  package func bind(_ parameters: inout Parameters) {}

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Bool {
    try row.bool(0)
  }
}
