package import Domain
package import Postgres

/// Holds a user's row until the transaction ends: what is decided on it stays true.
///
/// Read the user by ``FindUser`` *after* it in the batch: a statement with a snapshot of its own.
/// One that both locks and joins re-reads, when it had to wait, only the row it locks: the
/// address would be the one from before the wait.
package struct HoldUser: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    SELECT organization_id
      FROM roster.users
     WHERE organization_id = $1 AND user_id = $2
       FOR NO KEY UPDATE
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package typealias Row = NoRow
}
