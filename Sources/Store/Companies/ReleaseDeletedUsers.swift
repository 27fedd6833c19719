package import Domain
package import Postgres

/// Takes the soft-deleted users out of a company: who can't be seen doesn't keep it from going.
package struct ReleaseDeletedUsers: Statement {
  package let organization: OrganizationID
  package let company: CompanyID

  package init(organization: OrganizationID, company: CompanyID) {
    self.organization = organization
    self.company = company
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    UPDATE roster.users SET company_id = NULL, version = version + 1
     WHERE organization_id = $1 AND company_id = $2 AND state = 'deleted'
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(company)
  }

  package typealias Row = NoRow
}
