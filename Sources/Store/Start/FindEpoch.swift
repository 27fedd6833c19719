package import Postgres

/// The cluster's epoch: the first half of every revision.
package struct FindEpoch: Statement {
  package init() {}

  package static let kind = StatementKind.point
  package static let sql: StaticString = "SELECT epoch FROM roster.cluster_epoch"

  package func bind(_ parameters: inout Parameters) {}

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int32 {
    try row.int32(0)
  }
}
