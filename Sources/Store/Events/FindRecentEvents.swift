package import Domain
package import Postgres

/// The last ten events that a user made or that were about the user, the latest first.
package struct FindRecentEvents: Statement {
  private let organization: OrganizationID
  private let user: UserID

  package init(organization: OrganizationID, user: UserID) {
    self.organization = organization
    self.user = user
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT r.event_id, r.at, r.action, r.outcome, r.actor_kind, r.actor_id, r.target_kind,
           r.target_id
      FROM (
        (SELECT event_id, at, action, outcome, actor_kind, actor_id, target_kind, target_id
           FROM roster.events
          WHERE organization_id = $1 AND target_id = $2
          ORDER BY event_id DESC
          LIMIT 10)
        UNION
        (SELECT event_id, at, action, outcome, actor_kind, actor_id, target_kind, target_id
           FROM roster.events
          WHERE organization_id = $1 AND actor_id = $2
          ORDER BY event_id DESC
          LIMIT 10)) AS r
     ORDER BY r.event_id DESC
     LIMIT 10
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
  }

  package struct Row: Sendable {
    package let id: EventID
    package let at: Timestamp
    package let action: String
    package let outcome: String
    package let actor: (kind: String, id: UUID128)
    package let target: (kind: String, id: UUID128)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    let actor = try row.uuid(5)
    let target = try row.uuid(7)
    return try Row(
      id: row.id(0, EventID.self), at: row.instant(1), action: row.text(2), outcome: row.text(3),
      actor: (row.text(4), UUID128(high: actor.high, low: actor.low)),
      target: (row.text(6), UUID128(high: target.high, low: target.low)))
  }
}
