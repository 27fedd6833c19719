package import Domain
package import Postgres

/// The group of an id, with the roles that its members have by it now.
package struct FindGroup: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT g.organization_id, g.group_id, g.directory_id, g.external_id, g.created_at,
           g.member_count, g.version, g.updated_at, g.name, g.description, r.ids, r.names
      FROM roster.groups AS g
     CROSS JOIN LATERAL (
       SELECT coalesce(array_agg(r.role_id ORDER BY r.name_norm, r.role_id), '{}') AS ids,
              coalesce(array_agg(r.name ORDER BY r.name_norm, r.role_id), '{}') AS names
         FROM roster.roles AS r
        WHERE r.organization_id = $1
          AND r.role_id IN (
            SELECT t.role_id FROM roster.role_grants AS t
             WHERE t.organization_id = $1 AND t.group_id = g.group_id AND t.revoked_at IS NULL
               AND t.valid_from <= now() AND (t.expires_at IS NULL OR t.expires_at > now()))
     ) AS r
     WHERE g.organization_id = $1 AND g.group_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Group {
    try GroupRow.decode(row)
  }
}
