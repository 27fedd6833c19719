package import Domain
package import Postgres

/// As ``FindSubject``, up to 1,000 users, in no order; the deleted and ids of nobody are left out.
package struct FindSubjects: Statement {
  package let organization: OrganizationID
  package let users: [UserID]

  package init(organization: OrganizationID, users: [UserID]) {
    self.organization = organization
    self.users = users
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT u.user_id, u.state,
           u.locked_at IS NOT NULL AND (u.locked_until IS NULL OR u.locked_until > now()),
           u.company_id, live.groups,
           coalesce(
             (SELECT max(rank) FROM roster.roles
               WHERE organization_id = $1 AND role_id = ANY (held.roles)), 0),
           ARRAY(
             SELECT DISTINCT permission || ':' || scope
               FROM roster.role_permissions
              WHERE organization_id = $1 AND role_id = ANY (held.roles)
              ORDER BY 1)
      FROM roster.users AS u
     CROSS JOIN LATERAL (
       SELECT ARRAY(
         SELECT DISTINCT group_id
           FROM roster.group_members
          WHERE organization_id = $1 AND user_id = u.user_id AND suspended_at IS NULL
            AND (expires_at IS NULL OR expires_at > now())
          ORDER BY group_id)
       OFFSET 0
     ) AS live (groups)
     CROSS JOIN LATERAL (
       SELECT ARRAY(
         SELECT role_id
           FROM roster.role_grants
          WHERE organization_id = $1 AND user_id = u.user_id
            AND revoked_at IS NULL AND valid_from <= now()
            AND (expires_at IS NULL OR expires_at > now())
          UNION
         SELECT role_id
           FROM roster.role_grants
          WHERE organization_id = $1 AND group_id = ANY (live.groups)
            AND revoked_at IS NULL AND valid_from <= now()
            AND (expires_at IS NULL OR expires_at > now()))
       OFFSET 0
     ) AS held (roles)
     WHERE u.organization_id = $1 AND u.user_id = ANY ($2) AND u.state <> 'deleted'
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(users)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Subject {
    try FindSubject.decode(row)
  }
}
