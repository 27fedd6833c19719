package import Domain
package import Postgres

/// How far events are sealed.
package struct FindSealMark: Statement {
  package init() {}

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT epoch, snapshot::text FROM roster.event_seal_mark
    """

  package func bind(_ parameters: inout Parameters) {}

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> SealPosition {
    try SealPosition(epoch: row.int32(0), snapshot: row.snapshot(1))
  }
}
