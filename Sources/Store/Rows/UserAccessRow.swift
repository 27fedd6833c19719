package import Domain
import Postgres

/// A membership of a user, or a role that a user or a group has.
package enum UserAccessRow: Sendable {
  case member(UserID, Membership)
  case holder(UserID, HeldRole)
  /// What every member of the group has.
  case group(GroupID, HeldRole)

  package struct Membership: Sendable {
    package let group: GroupID
    package let name: String
    package let joinedAt: Timestamp
    package let expiresAt: Timestamp?
  }

  package struct HeldRole: Sendable {
    package let grant: GrantID
    package let role: RoleID
    package let key: String
    package let name: String
    /// 0…1,000.
    package let rank: Int
    package let expiresAt: Timestamp?
  }

  /// user_id, group_id, grant_id, role_id, key, name, joined_at, expires_at, rank: a membership has
  /// user and group, a user's role no group, a group's no user.
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> UserAccessRow {
    let user = try row.optionalUUID(0).map { UserID(high: $0.high, low: $0.low) }
    let group = try row.optionalUUID(1).map { GroupID(high: $0.high, low: $0.low) }
    if let user, let group {
      return try .member(
        user,
        Membership(
          group: group, name: row.text(5), joinedAt: row.instant(6),
          expiresAt: row.optionalInstant(7)))
    }
    let role = try HeldRole(
      grant: row.id(2, GrantID.self), role: row.id(3, RoleID.self), key: row.text(4),
      name: row.text(5), rank: Int(row.int32(8)), expiresAt: row.optionalInstant(7))
    if let user { return .holder(user, role) }
    guard let group else { throw .undecodable(column: 0, reason: "neither user nor group") }
    return .group(group, role)
  }
}
