import Domain
import Postgres

/// The columns that every statement answering an ``EventSeal`` selects, in this order:
/// organization_id, seal_no, epoch, snapshot as text, event_count, digest, previous_digest, at.
enum EventSealRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> EventSeal {
    let place = try EventSeal.Place(
      organization: row.id(0, OrganizationID.self), number: row.int64(1),
      previousDigest: row.bytes(6))
    return try EventSeal(
      place, position: SealPosition(epoch: row.int32(2), snapshot: row.snapshot(3)),
      eventCount: row.int64(4), at: row.instant(7), digest: row.bytes(5))
  }
}

extension RowReader {
  /// The text of a `pg_snapshot`.
  func snapshot(_ column: Int) throws(DatabaseError) -> TransactionSnapshot {
    guard let snapshot = TransactionSnapshot(try text(column)) else {
      throw .undecodable(column: column, reason: "no snapshot")
    }
    return snapshot
  }
}
