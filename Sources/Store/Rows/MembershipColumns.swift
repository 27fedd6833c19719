import Domain
import Postgres

/// The columns that every statement answering a ``MembershipRow`` selects, in this order: group_id,
/// user_id, source, source_id, joined_at, expires_at, suspended_at.
enum MembershipColumns {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> MembershipRow {
    let (high, low) = try row.uuid(3)
    return try MembershipRow(
      group: row.id(0, GroupID.self), user: row.id(1, UserID.self),
      source: row.choice(2, MembershipSource.self), sourceID: UUID128(high: high, low: low),
      joinedAt: row.instant(4), expiresAt: row.optionalInstant(5),
      suspendedAt: row.optionalInstant(6))
  }
}
