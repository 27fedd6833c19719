package import Domain
package import Postgres

/// A page of an organization's events, the oldest first. Of the filter only ids and outcome count.
package struct ListEventsUpwards: Statement {
  package let organization: OrganizationID
  package let filter: EventFilter
  package let limit: Int

  /// - Parameter limit: one more than a page holds tells whether there is another.
  package init(organization: OrganizationID, filter: EventFilter, limit: Int) {
    self.organization = organization
    self.filter = filter
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT organization_id, event_id, epoch, xid, at, actor_kind, actor_id, action,
           target_kind, target_id, outcome, reason, request_id, trace_id, actor_details,
           target_details
      FROM roster.events
     WHERE organization_id = $1 AND event_id >= $2 AND event_id < $3
       AND ($5::text IS NULL OR outcome = $5)
     ORDER BY event_id
     LIMIT $4
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(filter.ids.lowerBound)
    parameters.id(filter.ids.upperBound)
    parameters.int64(Int64(limit))
    parameters.text(filter.outcome?.rawValue)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> EventRecord {
    try EventRecordRow.decode(row)
  }
}
