package import Postgres

/// Lets nobody else change the catalogue until the transaction ends.
package struct LockPermissions: Statement {
  package init() {}

  package static let kind = StatementKind.write
  package static let sql: StaticString = "LOCK TABLE roster.permissions IN SHARE ROW EXCLUSIVE MODE"

  package func bind(_ parameters: inout Parameters) {}

  package typealias Row = NoRow
}
