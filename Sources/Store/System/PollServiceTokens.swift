package import Domain
package import Postgres

/// The service tokens written since a snapshot, and the snapshot this answer is of. Every row
/// carries the position; when nothing changed there is one row without a token.
package struct PollServiceTokens: Statement {
  package let since: String

  /// - Parameter since: ``Row/snapshot`` of the last answer; nil: every token. Also nil when the
  ///   epoch or the timeline differs from the last answer's, since xids then start again.
  package init(since: String?) {
    self.since = since ?? "1:1:"
  }

  package struct Row: Sendable {
    /// clock_timestamp() of the primary.
    package let databaseTime: Timestamp
    package let epoch: Int32
    /// Eight hexadecimal digits; a promotion raises it.
    package let timeline: String
    /// Text of a pg_snapshot.
    package let snapshot: String
    package let change: Change?
  }

  package struct Change: Sendable {
    package let hash: [UInt8]
    /// Nil when the row can't be read as one: its secret is to be refused, and the others served.
    package let token: ServiceToken?
    /// Why it can't.
    package let fault: DatabaseError?
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT clock_timestamp(), c.epoch, substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
           pg_current_snapshot()::text, t.hash,
           t.token_id, t.name, t.methods, coalesce(t.organization_ids, '{}'),
           t.organization_ids IS NULL, t.act_for_users, t.created_at, t.expires_at, t.revoked_at
      FROM roster.cluster_epoch AS c
      LEFT JOIN roster.service_tokens AS t
        ON t.changed_xid >= pg_snapshot_xmin($1::pg_snapshot)
       AND NOT pg_visible_in_snapshot(t.changed_xid, $1::pg_snapshot)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.text(since)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    var change: Change?
    if let hash = try row.optionalBytes(4) {
      do throws(DatabaseError) {
        change = Change(hash: hash, token: try ServiceTokenRow.decode(row, from: 5), fault: nil)
      } catch {
        change = Change(hash: hash, token: nil, fault: error)
      }
    }
    return try Row(
      databaseTime: row.instant(0), epoch: row.int32(1), timeline: row.text(2),
      snapshot: row.text(3), change: change)
  }
}
