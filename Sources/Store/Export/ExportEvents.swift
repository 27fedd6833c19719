package import Domain
package import Postgres

/// A page of the events by or about a user, in the order of their ids, with what their details are
/// sealed by and for.
package struct ExportEvents: Statement {
  package let organization: OrganizationID
  package let user: UserID
  package let after: EventID
  package let limit: Int

  /// - Parameter after: the last id of the page before; nil: the first page.
  package init(organization: OrganizationID, user: UserID, after: EventID?, limit: Int) {
    self.organization = organization
    self.user = user
    self.after = after ?? EventID(.nil)
    self.limit = limit
  }

  /// An event.
  package struct Row: Hashable, Sendable {
    package let id: EventID
    /// A JSON object without the details.
    package let document: String
    /// Nil: no person acted.
    package let actor: UserID?
    /// Nil: it is about no person.
    package let target: UserID?
    package let actorDetails: [UInt8]?
    package let targetDetails: [UInt8]?
  }

  package static let kind = StatementKind.bulk
  package static let sql: StaticString = """
    SELECT e.organization_id, e.event_id,
           to_jsonb(e) - ARRAY['actor_details', 'target_details', 'trace_id'],
           CASE WHEN e.actor_kind = 'user' THEN e.actor_id END,
           CASE WHEN e.target_kind = 'user' THEN e.target_id END,
           e.actor_details, e.target_details
      FROM (
        (SELECT event_id FROM roster.events
          WHERE organization_id = $1 AND target_id = $2 AND event_id > $3
          ORDER BY event_id LIMIT $4)
        UNION
        (SELECT event_id FROM roster.events
          WHERE organization_id = $1 AND actor_id = $2 AND event_id > $3
          ORDER BY event_id LIMIT $4)
        ORDER BY event_id
        LIMIT $4) AS f
      JOIN roster.events AS e ON e.organization_id = $1 AND e.event_id = f.event_id
     ORDER BY e.event_id
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.id(after)
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(
      id: row.id(1, EventID.self), document: row.jsonb(2),
      actor: row.optionalID(3, UserID.self), target: row.optionalID(4, UserID.self),
      actorDetails: row.optionalBytes(5), targetDetails: row.optionalBytes(6))
  }
}
