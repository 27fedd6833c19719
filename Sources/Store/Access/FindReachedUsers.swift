package import Domain
package import Postgres

/// Those of the users whom a narrow reach covers: oneself, members of the groups now, people of the
/// companies.
package struct FindReachedUsers: Statement {
  package let organization: OrganizationID
  package let users: [UserID]
  package let own: UserID
  package let groups: [GroupID]
  package let companies: [CompanyID]

  package init(
    organization: OrganizationID, users: [UserID], own: UserID, groups: [GroupID],
    companies: [CompanyID]
  ) {
    self.organization = organization
    self.users = users
    self.own = own
    self.groups = groups
    self.companies = companies
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT u.user_id
      FROM roster.users AS u
     WHERE u.organization_id = $1 AND u.user_id = ANY ($2)
       AND (u.user_id = $3
            OR u.company_id = ANY ($5)
            OR EXISTS (
                 SELECT FROM roster.group_members AS m
                  WHERE m.organization_id = $1 AND m.user_id = u.user_id
                    AND m.group_id = ANY ($4) AND m.suspended_at IS NULL
                    AND (m.expires_at IS NULL OR m.expires_at > now())))
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(users)
    parameters.id(own)
    parameters.ids(groups)
    parameters.ids(companies)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> UserID {
    try row.id(0, UserID.self)
  }
}
