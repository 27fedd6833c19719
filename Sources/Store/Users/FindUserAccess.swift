package import Domain
package import Postgres

/// The groups that users are in now, and the roles that they and those groups have now.
package struct FindUserAccess: Statement {
  private let organization: OrganizationID
  private let users: [UserID]

  package init(organization: OrganizationID, users: [UserID]) {
    self.organization = organization
    self.users = users
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    WITH joined AS MATERIALIZED (
      SELECT m.user_id, m.group_id, min(m.joined_at) AS joined_at,
             CASE WHEN bool_or(m.expires_at IS NULL) THEN NULL ELSE max(m.expires_at) END
               AS expires_at
        FROM roster.group_members AS m
       WHERE m.organization_id = $1 AND m.user_id = ANY($2)
         AND m.suspended_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now())
       GROUP BY m.user_id, m.group_id)
    SELECT j.user_id, j.group_id, NULL::uuid, NULL::uuid, NULL::text, g.name, j.joined_at,
           j.expires_at, NULL::int
      FROM joined AS j
      JOIN roster.groups AS g ON g.organization_id = $1 AND g.group_id = j.group_id
    UNION ALL
    SELECT r.user_id, r.group_id, r.grant_id, r.role_id, o.key, o.name, NULL::timestamptz,
           r.expires_at, o.rank
      FROM (
        SELECT h.user_id, h.group_id, h.grant_id, h.role_id, h.expires_at
          FROM roster.role_grants AS h
         WHERE h.organization_id = $1 AND h.user_id = ANY($2) AND h.revoked_at IS NULL
           AND h.valid_from <= now() AND (h.expires_at IS NULL OR h.expires_at > now())
        UNION ALL
        SELECT h.user_id, h.group_id, h.grant_id, h.role_id, h.expires_at
          FROM (SELECT DISTINCT group_id FROM joined) AS d
          JOIN roster.role_grants AS h
            ON h.organization_id = $1 AND h.group_id = d.group_id AND h.revoked_at IS NULL
           AND h.valid_from <= now() AND (h.expires_at IS NULL OR h.expires_at > now())) AS r
      JOIN roster.roles AS o ON o.organization_id = $1 AND o.role_id = r.role_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(users)
  }

  package static func decode(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> UserAccessRow {
    try UserAccessRow.decode(row)
  }
}
