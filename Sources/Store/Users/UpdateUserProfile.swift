package import Domain
package import Postgres

/// Stores what callers write about a user, the pending address too, but the present one
/// (``UpdatePrimaryEmail``). A violated foreign key is `users_organization_id_company_id_fkey`.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `user.version`.
package struct UpdateUserProfile: Statement {
  package let user: User

  /// - Parameter user: after the change.
  package init(_ user: User) {
    self.user = user
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.users
         SET given_name = $4, family_name = $5, display_name = $6, external_id = $7,
             locale = $8, avatar_url = $9, attributes = $10, company_id = $11, pending_email = $12,
             version = $3, updated_at = $13
       WHERE organization_id = $1 AND user_id = $2 AND version = $3 - 1
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(user.organization)
    parameters.id(user.id)
    parameters.int64(user.version)
    parameters.text(user.profile.givenName.text)
    parameters.text(user.profile.familyName.text)
    parameters.text(user.profile.displayName.text)
    parameters.text(user.profile.externalID?.text)
    parameters.text(user.profile.locale.text)
    parameters.text(user.profile.avatarURL.text)
    parameters.jsonb(user.profile.attributes.json)
    parameters.optionalID(user.profile.company)
    parameters.text(user.pendingEmail?.text)
    parameters.instant(user.updatedAt)
  }

  package typealias Row = NoRow
}
