package import Postgres

/// Makes the events' partitions that are missing, up to three months ahead, and answers how many.
package struct MakeEventPartitions: Statement {
  package init() {}

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = "SELECT roster.make_event_partitions()"

  package func bind(_ parameters: inout Parameters) {}

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int32 {
    try row.int32(0)
  }
}
