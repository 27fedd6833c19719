import Domain
import Postgres

/// The columns that every statement answering a ``MembershipRow`` selects, in this order: group_id,
/// user_id, source, source_id, joined_at, expires_at, suspended_at.
enum MembershipColumns {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> MembershipRow {
    let (high, low) = try row.uuid(3)
    return try MembershipRow(
      (row.id(0, GroupID.self), row.id(1, UserID.self)),
      source: row.choice(2, MembershipSource.self), sourceID: UUID128(high: high, low: low),
      joinedAt: row.instant(4), expiresAt: row.optionalInstant(5),
      suspendedAt: row.optionalInstant(6))
  }

  /// The columns of a ``MembershipSummary``, in this order from `first`: joined_at, sources,
  /// expires_at, is_suspended.
  static func summary(
    _ row: borrowing RowReader, from first: Int
  ) throws(DatabaseError) -> MembershipSummary {
    var sources: Set<MembershipSource> = []
    for text in try row.texts(first + 1) {
      guard let source = MembershipSource(rawValue: text) else {
        throw .undecodable(column: first + 1, reason: "no source of memberships")
      }
      sources.insert(source)
    }
    return try MembershipSummary(
      joinedAt: row.instant(first), sources: sources, expiresAt: row.optionalInstant(first + 2),
      isSuspended: row.bool(first + 3))
  }
}
