package import Domain
package import Postgres

/// Gives a permission to no other role from now on.
///
/// Fails with ``DatabaseError/expectationFailed`` for one that is retired, or Roster's own.
package struct RetirePermission: Statement {
  package let name: PermissionName
  package let instant: Timestamp

  package init(_ name: PermissionName, at instant: Timestamp) {
    self.name = name
    self.instant = instant
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.permissions SET retired_at = $2
       WHERE permission = $1 AND retired_at IS NULL AND NOT built_in
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.text(name.text)
    parameters.instant(instant)
  }

  package typealias Row = NoRow
}
