package import Domain
package import Postgres

/// Writes up to 1,000 events of one call, which differ in action, target and details only.
///
/// Fails with ``DatabaseError/partitionMissing(table:)`` as ``InsertEvent`` does.
package struct InsertEvents: Statement {
  package let events: [Event]
  private let first: Event

  /// Nil for no events.
  package init?(_ events: [Event]) {
    guard let first = events.first else { return nil }
    self.events = events
    self.first = first
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.events (
      organization_id, event_id, epoch, at, actor_kind, actor_id, action, target_kind, target_id,
      outcome, request_id, trace_id, actor_details, target_details)
    SELECT $1, e.event_id, c.epoch, $2, $3, $4, e.action, e.target_kind, e.target_id, 'succeeded',
           $5, $6, e.actor_details, e.target_details
      FROM unnest($7, $8, $9, $10, $11, $12)
        AS e (event_id, action, target_kind, target_id, actor_details, target_details)
     CROSS JOIN roster.cluster_epoch AS c
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(first.organization)
    parameters.instant(first.at)
    parameters.text(first.actor.kind.rawValue)
    parameters.id(first.actor.id)
    parameters.optionalID(first.requestID)
    parameters.bytes(first.traceID)
    parameters.ids(events.lazy.map(\.id))
    parameters.texts(events.lazy.map(\.action.rawValue))
    parameters.texts(events.lazy.map(\.target.kind.rawValue))
    parameters.uuids(events.lazy.map { (high: $0.target.id.high, low: $0.target.id.low) })
    parameters.optionalBytesArray(events.lazy.map(\.actorDetails))
    parameters.optionalBytesArray(events.lazy.map(\.targetDetails))
  }

  package typealias Row = NoRow
}
