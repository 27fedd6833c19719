package import Domain
package import Postgres

/// A page of those organizations that have events or seals, in the order of their ids. The nil
/// UUID, which stands for the installation, is in none.
package struct ListAuditedOrganizations: Statement {
  package let after: OrganizationID
  package let limit: Int

  /// - Parameter after: the last id of the page before; nil: the first page.
  package init(after: OrganizationID?, limit: Int) {
    self.after = after ?? OrganizationID(.nil)
    self.limit = limit
  }

  package static let kind = StatementKind.bulk
  // One step an organization, each a few pages of the two indexes, however many its events are.
  package static let sql: StaticString = """
    WITH RECURSIVE found (id) AS (
      SELECT $1
      UNION ALL
      SELECT least(
               (SELECT organization_id FROM roster.events
                 WHERE organization_id > f.id ORDER BY organization_id LIMIT 1),
               (SELECT organization_id FROM roster.event_seals
                 WHERE organization_id > f.id ORDER BY organization_id LIMIT 1))
        FROM found AS f
       WHERE f.id IS NOT NULL
    )
    SELECT id FROM found WHERE id > $1 LIMIT $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(after)
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> OrganizationID {
    try row.id(0, OrganizationID.self)
  }
}
