package import Postgres

/// The newest migration applied. Fails with SQLSTATE 42P01 or 3F000 before the first one.
package struct FindSchemaVersion: Statement {
  package init() {}

  package struct Row: Hashable, Sendable {
    package let version: Int32
    /// The oldest program that may still serve.
    package let compatibleFrom: Int32

    package init(version: Int32, compatibleFrom: Int32) {
      self.version = version
      self.compatibleFrom = compatibleFrom
    }
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT version, compatible_from FROM roster.schema_version ORDER BY version DESC LIMIT 1
    """

  package func bind(_ parameters: inout Parameters) {}

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(version: row.int32(0), compatibleFrom: row.int32(1))
  }
}
