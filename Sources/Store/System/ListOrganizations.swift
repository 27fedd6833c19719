package import Domain
package import Postgres

/// A page of all organizations in the order of their ids, which is the order of their creation.
package struct ListOrganizations: Statement {
  package let after: OrganizationID
  package let limit: Int

  /// - Parameters:
  ///   - after: the last id of the page before; nil: the first page.
  ///   - limit: one more than a page holds tells whether there is another.
  package init(after: OrganizationID?, limit: Int) {
    self.after = after ?? OrganizationID(.nil)
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT organization_id, slug, name, settings, created_at, state, version, updated_at
      FROM roster.organizations
     WHERE organization_id > $1
     ORDER BY organization_id
     LIMIT $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(after)
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Organization {
    try OrganizationRow.decode(row)
  }
}
