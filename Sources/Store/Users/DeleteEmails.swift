package import Domain
package import Postgres

/// Frees the addresses of a user who is soft-deleted at `at`; ``RestoreEmails`` takes them back.
package struct DeleteEmails: Statement {
  package let organization: OrganizationID
  package let user: UserID
  package let at: Timestamp

  package init(organization: OrganizationID, user: UserID, at: Timestamp) {
    self.organization = organization
    self.user = user
    self.at = at
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    UPDATE roster.emails SET deleted_at = $3
     WHERE organization_id = $1 AND user_id = $2 AND deleted_at IS NULL
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.instant(at)
  }

  package typealias Row = NoRow
}
