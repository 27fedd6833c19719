package import Domain
package import Postgres

/// Gives a role to a user or a group.
///
/// Foreign key violations name what is not there; grants end in the table, so nothing is unique.
package struct InsertGrant: Statement {
  package let grant: RoleGrant

  package init(_ grant: RoleGrant) {
    self.grant = grant
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.role_grants (
      organization_id, grant_id, role_id, user_id, group_id, source, valid_from, expires_at,
      justification, granted_by_kind, granted_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(grant.organization)
    parameters.id(grant.id)
    parameters.id(grant.role)
    parameters.optionalID(grant.holder.user)
    parameters.optionalID(grant.holder.group)
    parameters.text(grant.source.rawValue)
    parameters.instant(grant.validFrom)
    parameters.instant(grant.expiresAt)
    parameters.text(grant.justification.text)
    parameters.text(grant.grantedBy.kind.rawValue)
    parameters.id(grant.grantedBy.id)
    parameters.instant(grant.createdAt)
  }

  package typealias Row = NoRow
}
