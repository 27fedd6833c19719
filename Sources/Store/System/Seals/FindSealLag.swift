package import Postgres

/// How old the first event is that no seal covers; zero when every event is sealed.
package struct FindSealLag: Statement {
  package init() {}

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT coalesce((extract(epoch FROM clock_timestamp() - e.at) * 1000000)::int8, 0),
           e.at IS NOT NULL
      FROM roster.event_seal_mark AS m
      LEFT JOIN LATERAL (
        (SELECT o.epoch, o.xid, o.at
           FROM pg_snapshot_xip(m.snapshot) AS r (xid)
          CROSS JOIN LATERAL (
            SELECT epoch, xid, at FROM roster.events
             WHERE epoch = m.epoch AND xid = r.xid
             LIMIT 1) AS o)
        UNION ALL
        (SELECT epoch, xid, at
           FROM roster.events
          WHERE (epoch, xid) >= (m.epoch, pg_snapshot_xmax(m.snapshot))
          ORDER BY epoch, xid
          LIMIT 1)
        ORDER BY epoch, xid
        LIMIT 1) AS e ON true
    """

  package func bind(_ parameters: inout Parameters) {}

  package struct Row: Sendable {
    package let lag: Duration
    package let hasUnsealed: Bool
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(lag: .microseconds(row.int64(0)), hasUnsealed: row.bool(1))
  }
}
