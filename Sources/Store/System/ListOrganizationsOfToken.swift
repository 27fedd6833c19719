package import Domain
package import Postgres

/// A page of the organizations that a service token is bound to, in the order of their ids.
package struct ListOrganizationsOfToken: Statement {
  package let organizations: [OrganizationID]
  package let after: OrganizationID
  package let limit: Int

  /// - Parameters:
  ///   - organizations: at most 1,000.
  ///   - after: the last id of the page before; nil: the first page.
  ///   - limit: one more than a page holds tells whether there is another.
  package init(_ organizations: [OrganizationID], after: OrganizationID?, limit: Int) {
    self.organizations = organizations
    self.after = after ?? OrganizationID(.nil)
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT organization_id, slug, name, settings, created_at, state, version, updated_at
      FROM roster.organizations
     WHERE organization_id = ANY($1) AND organization_id > $2
     ORDER BY organization_id
     LIMIT $3
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.ids(organizations)
    parameters.id(after)
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Organization {
    try OrganizationRow.decode(row)
  }
}
