package import Domain
package import Postgres

/// Ends the memberships of a user that are suspended, after ``RestoreMemberships``: one that was
/// not restored now must not return with a later reactivation.
package struct DeleteSuspendedMemberships: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    DELETE FROM roster.group_members
     WHERE organization_id = $1 AND user_id = $2 AND suspended_at IS NOT NULL
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package typealias Row = NoRow
}
