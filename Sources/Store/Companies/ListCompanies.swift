package import Domain
package import Postgres

/// A page of the companies by name, each with the number of its users, deleted ones left out.
package struct ListCompanies: Statement {
  package let organization: OrganizationID
  package let after: String
  package let limit: Int

  /// - Parameters:
  ///   - after: the last `nameNorm` of the page before; empty: the first page.
  ///   - limit: one more than a page holds tells whether there is another.
  package init(organization: OrganizationID, after: String, limit: Int) {
    self.organization = organization
    self.after = after
    self.limit = limit
  }

  /// A row of the list.
  package struct Row: Sendable {
    package let company: Company
    package let userCount: Int64
    /// What the list is in the order of; unique in the organization.
    package let nameNorm: String
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT c.organization_id, c.company_id, c.name, c.version, c.created_at, c.updated_at,
           (SELECT count(*) FROM roster.users AS u
             WHERE u.organization_id = $1 AND u.company_id = c.company_id
               AND u.state <> 'deleted'),
           c.name_norm
      FROM roster.companies AS c
     WHERE c.organization_id = $1 AND c.name_norm > $2
     ORDER BY c.name_norm
     LIMIT $3
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.text(after)
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    Row(
      company: try CompanyRow.decode(row), userCount: try row.int64(6),
      nameNorm: try row.text(7))
  }
}
