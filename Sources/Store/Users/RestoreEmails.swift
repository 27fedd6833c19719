package import Domain
package import Postgres

/// Takes the addresses back that ``DeleteEmails`` freed at `deletedAt`. A unique violation names
/// `emails_address`: another user has one of them now.
package struct RestoreEmails: Statement {
  package let organization: OrganizationID
  package let user: UserID
  package let deletedAt: Timestamp

  package init(organization: OrganizationID, user: UserID, deletedAt: Timestamp) {
    self.organization = organization
    self.user = user
    self.deletedAt = deletedAt
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    UPDATE roster.emails SET deleted_at = NULL
     WHERE organization_id = $1 AND user_id = $2 AND deleted_at = $3
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.instant(deletedAt)
  }

  package typealias Row = NoRow
}
