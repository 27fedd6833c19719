package import Domain
package import Postgres

/// Stores the first password of a user.
package struct InsertPassword: Statement {
  package let organization: OrganizationID
  package let user: UserID
  /// A PHC string; its `keyid` names the pepper.
  package let hash: String
  package let mustChange: Bool
  package let setAt: Timestamp

  package init(
    organization: OrganizationID, user: UserID, hash: String, mustChange: Bool, setAt: Timestamp
  ) {
    self.organization = organization
    self.user = user
    self.hash = hash
    self.mustChange = mustChange
    self.setAt = setAt
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.passwords (organization_id, user_id, hash, must_change, set_at)
    VALUES ($1, $2, $3, $4, $5)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.text(hash)
    parameters.bool(mustChange)
    parameters.instant(setAt)
  }

  package typealias Row = NoRow
}
