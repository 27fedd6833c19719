package import Domain
package import Postgres

/// The first events past the mark, of all organizations in the order of their transactions, with
/// the position that this answer sees. Every row carries the positions; when there is no event
/// there is one row without.
///
/// An event that the mark and the present snapshot don't see in their epoch is left out: its xid is
/// of another history of the cluster, and waits for the epoch to be raised.
package struct ListUnsealedEvents: Statement {
  package let limit: Int

  package init(limit: Int) {
    self.limit = limit
  }

  package struct Row: Sendable {
    package let mark: SealPosition
    /// Of the snapshot in which the events were read.
    package let present: SealPosition
    package let event: SealableEvent?
  }

  package static let kind = StatementKind.bulk
  // Those that ran at the mark by name, and the range past it: a range from the oldest of them
  // would go through all that was sealed while a transaction stood open for hours.
  package static let sql: StaticString = """
    SELECT m.epoch, m.snapshot::text, c.epoch, pg_current_snapshot()::text, e.organization_id,
           e.event_id, e.epoch, e.xid, e.at, e.actor_kind, e.actor_id, e.action, e.target_kind,
           e.target_id, e.outcome, e.reason, e.request_id, e.trace_id, e.actor_details,
           e.target_details
      FROM roster.event_seal_mark AS m
     CROSS JOIN roster.cluster_epoch AS c
      LEFT JOIN LATERAL (
        (SELECT o.organization_id, o.event_id, o.epoch, o.xid, o.at, o.actor_kind, o.actor_id,
                o.action, o.target_kind, o.target_id, o.outcome, o.reason, o.request_id,
                o.trace_id, o.actor_details, o.target_details
           FROM pg_snapshot_xip(m.snapshot) AS r (xid)
          CROSS JOIN LATERAL (
            SELECT organization_id, event_id, epoch, xid, at, actor_kind, actor_id, action,
                   target_kind, target_id, outcome, reason, request_id, trace_id, actor_details,
                   target_details
              FROM roster.events
             WHERE epoch = m.epoch AND xid = r.xid
               AND (epoch < c.epoch OR pg_visible_in_snapshot(xid, pg_current_snapshot()))
             LIMIT $1) AS o)
        UNION ALL
        (SELECT organization_id, event_id, epoch, xid, at, actor_kind, actor_id, action,
                target_kind, target_id, outcome, reason, request_id, trace_id, actor_details,
                target_details
           FROM roster.events
          WHERE (epoch, xid) >= (m.epoch, pg_snapshot_xmax(m.snapshot))
            AND (epoch < c.epoch OR pg_visible_in_snapshot(xid, pg_current_snapshot()))
          ORDER BY epoch, xid
          LIMIT $1)
        ORDER BY epoch, xid
        LIMIT $1) AS e ON true
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.int64(Int64(limit))
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    let isEmpty = try row.optionalUUID(4) == nil
    return try Row(
      mark: SealPosition(epoch: row.int32(0), snapshot: row.snapshot(1)),
      present: SealPosition(epoch: row.int32(2), snapshot: row.snapshot(3)),
      event: isEmpty ? nil : SealableEventRow.decode(row, from: 4))
  }
}
