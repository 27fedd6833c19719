package import Domain
package import Postgres

/// The roles that a user has now, a row for those given to the user and one for those by groups,
/// each with when the last of its grants and memberships ends.
///
/// Lock the organization before it, in the same flush, to decide on it.
package struct FindHeldRoles: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    WITH live AS (
      SELECT group_id, coalesce(expires_at, 'infinity') AS until
        FROM roster.group_members
       WHERE organization_id = $1 AND user_id = $2 AND suspended_at IS NULL
         AND (expires_at IS NULL OR expires_at > now())
    ), held AS (
      SELECT role_id, true AS is_own, coalesce(expires_at, 'infinity') AS until
        FROM roster.role_grants
       WHERE organization_id = $1 AND user_id = $2
         AND revoked_at IS NULL AND valid_from <= now()
         AND (expires_at IS NULL OR expires_at > now())
       UNION ALL
      SELECT g.role_id, false, least(coalesce(g.expires_at, 'infinity'), live.until)
        FROM live
        JOIN roster.role_grants AS g
          ON g.organization_id = $1 AND g.group_id = live.group_id
         AND g.revoked_at IS NULL AND g.valid_from <= now()
         AND (g.expires_at IS NULL OR g.expires_at > now())
    )
    SELECT r.organization_id, r.role_id, h.is_own, nullif(h.until, 'infinity'), r.rank,
           ARRAY(SELECT p.permission || ':' || p.scope
                   FROM roster.role_permissions AS p
                  WHERE p.organization_id = $1 AND p.role_id = r.role_id)
      FROM (SELECT role_id, is_own, max(until) AS until FROM held GROUP BY 1, 2) AS h
      JOIN roster.roles AS r ON r.organization_id = $1 AND r.role_id = h.role_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> HeldRole {
    try HeldRole(
      role: row.id(1, RoleID.self), isOwn: row.bool(2), until: row.optionalInstant(3),
      holding: Holding(rights: row.rights(5), rank: Int(row.int32(4))))
  }
}
