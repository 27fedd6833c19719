package import Domain
package import Postgres

/// Writes up to 1,000 rows of the source `manual`, over those that are there.
package struct InsertMembers: Statement {
  package let organization: OrganizationID
  package let rows: [MembershipRow]
  package let addedBy: Principal

  package init(organization: OrganizationID, rows: [MembershipRow], addedBy: Principal) {
    self.organization = organization
    self.rows = rows
    self.addedBy = addedBy
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.group_members (
      organization_id, group_id, user_id, source, source_id, joined_at, expires_at, suspended_at,
      added_by_kind, added_by)
    SELECT $1, r.group_id, r.user_id, 'manual', '00000000-0000-0000-0000-000000000000',
           r.joined_at, r.expires_at, r.suspended_at, $7, $8
      FROM unnest($2, $3, $4, $5, $6)
        AS r (group_id, user_id, joined_at, expires_at, suspended_at)
     ORDER BY r.group_id, r.user_id
    ON CONFLICT (organization_id, group_id, user_id, source, source_id) DO UPDATE
       SET joined_at = excluded.joined_at, expires_at = excluded.expires_at,
           suspended_at = excluded.suspended_at, added_by_kind = excluded.added_by_kind,
           added_by = excluded.added_by
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(rows.lazy.map(\.group))
    parameters.ids(rows.lazy.map(\.user))
    parameters.timestamps(microseconds: rows.lazy.map { $0.joinedAt.microseconds })
    parameters.timestamps(microseconds: rows.lazy.map { $0.expiresAt?.microseconds })
    parameters.timestamps(microseconds: rows.lazy.map { $0.suspendedAt?.microseconds })
    parameters.text(addedBy.kind.rawValue)
    parameters.id(addedBy.id)
  }

  package typealias Row = NoRow
}
