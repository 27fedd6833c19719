package import Domain
package import Postgres

/// Writes an event under the epoch and the xid of its transaction.
///
/// Fails with ``DatabaseError/partitionMissing(table:)`` when no month holds the event's id.
package struct InsertEvent: Statement {
  package let event: Event

  package init(_ event: Event) {
    self.event = event
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.events (
      organization_id, event_id, epoch, at, actor_kind, actor_id, action, target_kind, target_id,
      outcome, reason, request_id, trace_id, actor_details, target_details)
    VALUES ($1, $2, (SELECT epoch FROM roster.cluster_epoch), $3, $4, $5, $6, $7, $8,
            $9, $10, $11, $12, $13, $14)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(event.organization)
    parameters.id(event.id)
    parameters.instant(event.at)
    parameters.text(event.actor.kind.rawValue)
    parameters.id(event.actor.id)
    parameters.text(event.action.rawValue)
    parameters.text(event.target.kind.rawValue)
    parameters.id(event.target.id)
    parameters.text(event.outcome.rawValue)
    parameters.text(event.reason)
    parameters.optionalID(event.requestID)
    parameters.bytes(event.traceID)
    parameters.bytes(event.actorDetails)
    parameters.bytes(event.targetDetails)
  }

  package typealias Row = NoRow
}
