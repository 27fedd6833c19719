package import Domain
package import Postgres

/// A user as authorization sees it now, also a soft-deleted one: standing, live groups, highest
/// rank, and the union of the rights of its own roles and its groups' roles.
///
/// Lock the organization before it, in the same flush, to decide on it: whatever takes a right away
/// locks the organization too.
package struct FindSubject: Statement {
  package let organization: OrganizationID
  package let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    WITH live AS (
      SELECT DISTINCT group_id
        FROM roster.group_members
       WHERE organization_id = $1 AND user_id = $2 AND suspended_at IS NULL
         AND (expires_at IS NULL OR expires_at > now())
    ), held AS (
      SELECT role_id
        FROM roster.role_grants
       WHERE organization_id = $1 AND user_id = $2
         AND revoked_at IS NULL AND valid_from <= now()
         AND (expires_at IS NULL OR expires_at > now())
       UNION
      SELECT role_id
        FROM roster.role_grants
       WHERE organization_id = $1 AND group_id = ANY (ARRAY(SELECT group_id FROM live))
         AND revoked_at IS NULL AND valid_from <= now()
         AND (expires_at IS NULL OR expires_at > now())
    )
    SELECT u.user_id, roster.present_state(u.state, u.deactivated_until),
           roster.present_lock(u.locked_at, u.locked_until) IS NOT NULL,
           u.company_id,
           ARRAY(SELECT group_id FROM live ORDER BY group_id),
           coalesce(
             (SELECT max(rank) FROM roster.roles
               WHERE organization_id = $1 AND role_id = ANY (ARRAY(SELECT role_id FROM held))), 0),
           ARRAY(
             SELECT DISTINCT permission || ':' || scope
               FROM roster.role_permissions
              WHERE organization_id = $1 AND role_id = ANY (ARRAY(SELECT role_id FROM held))
              ORDER BY 1)
      FROM roster.users AS u
     WHERE u.organization_id = $1 AND u.user_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Subject {
    let company = try row.optionalUUID(3).map { CompanyID(high: $0.high, low: $0.low) }
    let standing = try Subject.Standing(
      state: row.choice(1, UserState.self), isLocked: row.bool(2), company: company)
    return try Subject(
      user: row.id(0, UserID.self), standing: standing,
      groups: row.uuids(4).map { GroupID(high: $0.high, low: $0.low) },
      rank: Int(row.int32(5)), rights: row.rights(6))
  }
}
