package import Domain
package import Postgres

/// The newest seal of each of some organizations; none for those that have no seal.
package struct FindLastSeals: Statement {
  package let organizations: [OrganizationID]

  package init(_ organizations: [OrganizationID]) {
    self.organizations = organizations
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT s.organization_id, s.seal_no, s.epoch, s.snapshot::text, s.event_count, s.digest,
           s.previous_digest, s.at
      FROM unnest($1) AS o (id)
     CROSS JOIN LATERAL (
        SELECT organization_id, seal_no, epoch, snapshot, event_count, digest, previous_digest, at
          FROM roster.event_seals
         WHERE organization_id = o.id
         ORDER BY seal_no DESC
         LIMIT 1) AS s
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.ids(organizations)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> EventSeal {
    try EventSealRow.decode(row)
  }
}
