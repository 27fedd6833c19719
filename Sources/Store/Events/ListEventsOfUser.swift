package import Domain
package import Postgres

/// A page of the events by or about `filter.user`, the newest first. Actor and target of the
/// filter don't count.
package struct ListEventsOfUser: Statement {
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
    SELECT e.organization_id, e.event_id, e.epoch, e.xid, e.at, e.actor_kind, e.actor_id,
           e.action, e.target_kind, e.target_id, e.outcome, e.reason, e.request_id,
           e.trace_id, e.actor_details, e.target_details
      FROM (
        (SELECT event_id AS id
           FROM roster.events
          WHERE organization_id = $1 AND event_id >= $2 AND event_id < $3
            AND ($5::text IS NULL OR outcome = $5) AND target_id = $6
            AND (cardinality($7::text[]) = 0 OR action = ANY ($7))
          ORDER BY event_id DESC
          LIMIT $4)
        UNION
        (SELECT event_id
           FROM roster.events
          WHERE organization_id = $1 AND event_id >= $2 AND event_id < $3
            AND ($5::text IS NULL OR outcome = $5) AND actor_id = $6
            AND (cardinality($7::text[]) = 0 OR action = ANY ($7))
          ORDER BY event_id DESC
          LIMIT $4)
        ORDER BY id DESC
        LIMIT $4) AS f
      JOIN roster.events AS e ON e.organization_id = $1 AND e.event_id = f.id
     ORDER BY e.event_id DESC
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(filter.ids.lowerBound)
    parameters.id(filter.ids.upperBound)
    parameters.int64(Int64(limit))
    parameters.text(filter.outcome?.rawValue)
    parameters.optionalID(filter.user)
    parameters.texts(filter.actions.map(\.rawValue))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> EventRecord {
    try EventRecordRow.decode(row)
  }
}
