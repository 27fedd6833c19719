package import Domain
package import Postgres

/// A page of an organization's seals in their order.
package struct ListEventSeals: Statement {
  package let organization: OrganizationID
  package let after: Int64
  package let limit: Int

  /// - Parameter after: the last number of the page before; 0: the first page.
  package init(organization: OrganizationID, after: Int64, limit: Int) {
    self.organization = organization
    self.after = after
    self.limit = limit
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT organization_id, seal_no, epoch, snapshot::text, event_count, digest, previous_digest,
           at
      FROM roster.event_seals
     WHERE organization_id = $1 AND seal_no > $2
     ORDER BY seal_no
     LIMIT $3
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.int64(after)
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> EventSeal {
    try EventSealRow.decode(row)
  }
}
