package import Domain
package import Postgres

/// Up to 1,000 rows of memberships that have expired, the oldest first.
package struct FindExpiredMemberships: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT group_id, user_id, source, source_id, joined_at, expires_at, suspended_at,
           organization_id
      FROM roster.group_members
     WHERE organization_id = $1 AND expires_at <= now()
     ORDER BY expires_at, group_id, user_id, source, source_id
     LIMIT 1000
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> MembershipRow {
    try MembershipColumns.decode(row)
  }
}
