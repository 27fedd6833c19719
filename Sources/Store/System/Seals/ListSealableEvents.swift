package import Domain
package import Postgres

/// A page of an organization's events as seals see them, in the order of their ids.
package struct ListSealableEvents: Statement {
  package let organization: OrganizationID
  package let after: EventID
  package let limit: Int

  /// - Parameter after: the last id of the page before; nil: the first page.
  package init(organization: OrganizationID, after: EventID?, limit: Int) {
    self.organization = organization
    self.after = after ?? EventID(.nil)
    self.limit = limit
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT organization_id, event_id, epoch, xid, at, actor_kind, actor_id, action, target_kind,
           target_id, outcome, reason, request_id, trace_id, actor_details, target_details
      FROM roster.events
     WHERE organization_id = $1 AND event_id > $2
     ORDER BY event_id
     LIMIT $3
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(after)
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> SealableEvent {
    try SealableEventRow.decode(row, from: 0)
  }
}
