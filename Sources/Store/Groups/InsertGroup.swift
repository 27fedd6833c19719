package import Domain
package import Postgres

/// Creates a group without members.
///
/// A unique violation names `groups_name`.
package struct InsertGroup: Statement {
  package let group: Group

  package init(_ group: Group) {
    self.group = group
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.groups (
      organization_id, group_id, name, description, managed_by, directory_id, external_id, version,
      created_at, updated_at)
    VALUES ($1, $2, $3, $4, CASE WHEN $5::uuid IS NULL THEN 'local' ELSE 'directory' END, $5, $6,
            $7, $8, $8)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(group.organization)
    parameters.id(group.id)
    parameters.text(group.fields.name.text)
    parameters.text(group.fields.description.text)
    switch group.management {
    case .local:
      parameters.optionalID(DirectoryID?.none)
      parameters.text(nil)
    case .directory(let directory, let externalID):
      parameters.id(directory)
      parameters.text(externalID?.text)
    }
    parameters.int64(group.version)
    parameters.instant(group.createdAt)
  }

  package typealias Row = NoRow
}
