package import Domain
package import Postgres

/// What keeps an organization from another `company_mode`: whether there are companies, and users
/// without one, deleted users left out. Always one row.
package struct FindCompanyFacts: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  /// The answer.
  package struct Row: Hashable, Sendable {
    package let hasCompanies: Bool
    package let hasUsersWithout: Bool
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT o.organization_id,
           EXISTS (SELECT FROM roster.companies AS c WHERE c.organization_id = $1),
           EXISTS (SELECT FROM roster.users AS u
                    WHERE u.organization_id = $1 AND u.company_id IS NULL
                      AND u.state <> 'deleted')
      FROM roster.organizations AS o
     WHERE o.organization_id = $1
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(hasCompanies: row.bool(1), hasUsersWithout: row.bool(2))
  }
}
