package import Domain
package import Postgres

/// Replaces a user's primary address. A unique violation names `emails_address`.
package struct UpdatePrimaryEmail: Statement {
  package let user: User

  /// - Parameter user: after the change.
  package init(_ user: User) {
    self.user = user
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.emails SET address = $3, verified_at = $4
       WHERE organization_id = $1 AND user_id = $2 AND is_primary AND deleted_at IS NULL
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(user.organization)
    parameters.id(user.id)
    parameters.text(user.profile.email.text)
    parameters.instant(user.emailVerifiedAt)
  }

  package typealias Row = NoRow
}
