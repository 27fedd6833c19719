package import Domain
package import Postgres

/// Moves up to 1,000 users, held since flush 1, to a company, or out of theirs. A violated foreign
/// key is `users_organization_id_company_id_fkey`.
///
/// Fails with ``DatabaseError/expectationFailed`` unless each is there.
package struct MoveUsersToCompany: Statement {
  package let organization: OrganizationID
  package let users: [UserID]
  package let company: CompanyID?
  package let at: Timestamp

  package init(
    organization: OrganizationID, users: [UserID], company: CompanyID?, at: Timestamp
  ) {
    self.organization = organization
    self.users = users
    self.company = company
    self.at = at
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.users SET company_id = $3, version = version + 1, updated_at = $4
       WHERE organization_id = $1 AND user_id = ANY($2)
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), cardinality($2))
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(users)
    parameters.optionalID(company)
    parameters.instant(at)
  }

  package typealias Row = NoRow
}
