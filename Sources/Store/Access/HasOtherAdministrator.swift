package import Domain
package import Postgres

/// Whether the organization would have an administrator if a user's own grants, or a role, were
/// gone; true as well where there is none now.
package struct HasOtherAdministrator: Statement {
  package let organization: OrganizationID
  package let user: UserID?
  package let role: RoleID?

  /// - Parameters:
  ///   - user: whose own grants don't count.
  ///   - role: whose grants don't count.
  package init(organization: OrganizationID, user: UserID? = nil, role: RoleID? = nil) {
    self.organization = organization
    self.user = user
    self.role = role
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT organization_id,
           roster.has_administrator_beside(organization_id, $2, $3)
             OR NOT roster.has_administrator(organization_id)
      FROM roster.organizations
     WHERE organization_id = $1
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.optionalID(user)
    parameters.optionalID(role)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Bool {
    try row.bool(1)
  }
}
