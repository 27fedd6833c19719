import Domain
import Postgres

/// Every column of `events` in the order of the table: organization_id, event_id, epoch, xid, at,
/// actor_kind, actor_id, action, target_kind, target_id, outcome, reason, request_id, trace_id,
/// actor_details, target_details.
enum SealableEventRow {
  static let columnCount = 16

  /// - Parameter first: where organization_id stands.
  static func decode(
    _ row: borrowing RowReader, from first: Int
  ) throws(DatabaseError) -> SealableEvent {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    for column in first..<first + columnCount { try row.append(column, to: &bytes) }
    return try SealableEvent(
      organization: row.id(first, OrganizationID.self), id: row.id(first + 1, EventID.self),
      epoch: row.int32(first + 2), xid: row.xid8(first + 3), canonicalBytes: bytes)
  }
}
