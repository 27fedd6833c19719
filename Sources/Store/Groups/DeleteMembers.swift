package import Domain
package import Postgres

/// Deletes rows of memberships.
///
/// Fails with ``DatabaseError/expectationFailed`` unless all of them are there.
package struct DeleteMembers: Statement {
  package let organization: OrganizationID
  package let rows: [MembershipRow]

  package init(organization: OrganizationID, rows: [MembershipRow]) {
    self.organization = organization
    self.rows = rows
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH deleted AS (
      DELETE FROM roster.group_members AS m
       USING unnest($2, $3, $4, $5) AS r (group_id, user_id, source, source_id)
       WHERE m.organization_id = $1 AND m.group_id = r.group_id AND m.user_id = r.user_id
         AND m.source = r.source AND m.source_id = r.source_id
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM deleted), cardinality($2))
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(rows.lazy.map(\.group))
    parameters.ids(rows.lazy.map(\.user))
    parameters.texts(rows.lazy.map(\.source.rawValue))
    parameters.uuids(rows.lazy.map { (high: $0.sourceID.high, low: $0.sourceID.low) })
  }

  package typealias Row = NoRow
}
