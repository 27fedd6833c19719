package import Domain
package import Postgres

/// Of the first 10,000 members of a group the first 101 who would lose a role with it, in the order
/// of their ids, with what they could do by those roles only.
package struct FindGroupLosses: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    WITH own AS MATERIALIZED (
      SELECT array_agg(DISTINCT role_id ORDER BY role_id) AS roles FROM roster.role_grants
       WHERE organization_id = $1 AND group_id = $2 AND revoked_at IS NULL
         AND valid_from <= now() AND (expires_at IS NULL OR expires_at > now())
    ), members AS MATERIALIZED (
      SELECT DISTINCT user_id FROM roster.group_members
       WHERE organization_id = $1 AND group_id = $2 AND suspended_at IS NULL
         AND (expires_at IS NULL OR expires_at > now())
         AND (SELECT roles IS NOT NULL FROM own)
       ORDER BY user_id
       LIMIT 10000
    )
    SELECT u.user_id,
           CASE u.display_name WHEN '' THEN btrim(u.given_name || ' ' || u.family_name)
                ELSE u.display_name END,
           e.address, gone.roles, lost.rights
      FROM members AS m
     CROSS JOIN own
      JOIN roster.users AS u
        ON u.organization_id = $1 AND u.user_id = m.user_id AND u.state <> 'deleted'
      JOIN roster.emails AS e
        ON e.organization_id = $1 AND e.user_id = u.user_id
       AND e.is_primary AND e.deleted_at IS NULL
     CROSS JOIN LATERAL (SELECT roster.roles_without($1, u.user_id, $2) OFFSET 0) AS kept (roles)
     CROSS JOIN LATERAL (
       SELECT ARRAY(SELECT o FROM unnest(own.roles) AS o WHERE o <> ALL (kept.roles))
     ) AS gone (roles)
     CROSS JOIN LATERAL (
       SELECT ARRAY(
         SELECT DISTINCT p.permission || ':' || p.scope
           FROM roster.role_permissions AS p
          WHERE p.organization_id = $1 AND p.role_id = ANY (gone.roles)
            AND NOT EXISTS (
              SELECT FROM roster.role_permissions AS k
               WHERE k.organization_id = $1 AND k.role_id = ANY (kept.roles)
                 AND k.permission = p.permission AND k.scope IN (p.scope, 'all')))
     ) AS lost (rights)
     WHERE gone.roles <> '{}'
     ORDER BY u.user_id
     LIMIT 101
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> GroupLoss {
    try GroupLossRow.decode(row)
  }
}
