package import Domain
package import Postgres

/// Creates a user with its primary address, who never signed in.
///
/// Unique violations name `emails_address` or `users_external_id`.
package struct InsertUser: Statement {
  package let user: User
  package let emailID: EmailID

  package init(_ user: User, emailID: EmailID) {
    self.user = user
    self.emailID = emailID
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH added AS (
      INSERT INTO roster.users (
        organization_id, user_id, kind, source, state, given_name, family_name, display_name,
        external_id, locale, avatar_url, attributes, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
      RETURNING organization_id, user_id
    ), quiet AS (
      INSERT INTO roster.user_activity (organization_id, user_id)
      SELECT organization_id, user_id FROM added
    )
    INSERT INTO roster.emails (
      organization_id, email_id, user_id, address, is_primary, verified_at, created_at)
    SELECT organization_id, $15, user_id, $16, true, $17, $14 FROM added
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(user.organization)
    parameters.id(user.id)
    parameters.text(user.kind.rawValue)
    parameters.text(user.source.rawValue)
    parameters.text(user.state.rawValue)
    parameters.text(user.profile.givenName.text)
    parameters.text(user.profile.familyName.text)
    parameters.text(user.profile.displayName.text)
    parameters.text(user.profile.externalID?.text)
    parameters.text(user.profile.locale.text)
    parameters.text(user.profile.avatarURL.text)
    parameters.jsonb(user.profile.attributes.json)
    parameters.int64(user.version)
    parameters.instant(user.createdAt)
    parameters.id(emailID)
    parameters.text(user.profile.email.text)
    parameters.instant(user.emailVerifiedAt)
  }

  package typealias Row = NoRow
}
