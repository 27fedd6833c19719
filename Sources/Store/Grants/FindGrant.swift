package import Domain
package import Postgres

/// The grant of an id, also one that has ended.
package struct FindGrant: Statement {
  package let organization: OrganizationID
  package let grant: GrantID

  package init(organization: OrganizationID, grant: GrantID) {
    self.organization = organization
    self.grant = grant
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT g.organization_id, g.grant_id, g.role_id, g.user_id, g.group_id, g.source, g.valid_from,
           g.expires_at, g.justification, g.granted_by_kind, g.granted_by, g.created_at,
           g.revoked_at, g.revoked_by_kind, g.revoked_by
      FROM roster.role_grants AS g
     WHERE g.organization_id = $1 AND g.grant_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(grant)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleGrant {
    try RoleGrantRow.decode(row)
  }
}
