package import Domain
package import Postgres

/// Stores what callers write about a group.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `group.version`. A unique violation names `groups_name`.
package struct UpdateGroup: Statement {
  package let group: Group

  /// - Parameter group: after the change.
  package init(_ group: Group) {
    self.group = group
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.groups
         SET name = $4, description = $5, version = $3, updated_at = $6
       WHERE organization_id = $1 AND group_id = $2 AND version = $3 - 1
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(group.organization)
    parameters.id(group.id)
    parameters.int64(group.version)
    parameters.text(group.fields.name.text)
    parameters.text(group.fields.description.text)
    parameters.instant(group.updatedAt)
  }

  package typealias Row = NoRow
}
