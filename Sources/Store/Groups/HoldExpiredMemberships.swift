package import Domain
package import Postgres

/// Of up to 1,000 rows those that are there and expired still, held until the transaction ends.
/// Hold their users and groups before.
package struct HoldExpiredMemberships: Statement {
  package let organization: OrganizationID
  package let rows: [MembershipRow]

  package init(organization: OrganizationID, rows: [MembershipRow]) {
    self.organization = organization
    self.rows = rows
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT m.group_id, m.user_id, m.source, m.source_id, m.joined_at, m.expires_at, m.suspended_at
      FROM roster.group_members AS m
      JOIN unnest($2, $3, $4, $5) AS r (group_id, user_id, source, source_id)
        ON m.group_id = r.group_id AND m.user_id = r.user_id AND m.source = r.source
       AND m.source_id = r.source_id
     WHERE m.organization_id = $1 AND m.expires_at <= now()
     ORDER BY m.group_id, m.user_id, m.source, m.source_id
       FOR UPDATE OF m
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(rows.lazy.map(\.group))
    parameters.ids(rows.lazy.map(\.user))
    parameters.texts(rows.lazy.map(\.source.rawValue))
    parameters.uuids(rows.lazy.map { (high: $0.sourceID.high, low: $0.sourceID.low) })
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> MembershipRow {
    try MembershipColumns.decode(row)
  }
}
