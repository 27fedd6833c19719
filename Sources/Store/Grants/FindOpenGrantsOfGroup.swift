package import Domain
package import Postgres

/// The grants to a group that have not ended, in the order in which they were made; those that
/// begin later too.
///
/// Lock the organization before it, in the same flush, to decide on it.
package struct FindOpenGrantsOfGroup: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT g.organization_id, g.grant_id, g.role_id, g.user_id, g.group_id, g.source, g.valid_from,
           g.expires_at, g.justification, g.granted_by_kind, g.granted_by, g.created_at,
           g.revoked_at, g.revoked_by_kind, g.revoked_by
      FROM roster.role_grants AS g
     WHERE g.organization_id = $1 AND g.group_id = $2
       AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())
     ORDER BY g.grant_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleGrant {
    try RoleGrantRow.decode(row)
  }
}
