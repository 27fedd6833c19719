import Domain
import Postgres

/// The columns that every statement answering a ``RoleGrant`` selects, in this order:
/// organization_id, grant_id, role_id, user_id, group_id; source, valid_from, expires_at,
/// justification, granted_by_kind, granted_by, created_at; revoked_at, revoked_by_kind, revoked_by.
enum RoleGrantRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> RoleGrant {
    let wish = try RoleGrant.Wish(
      role: row.id(2, RoleID.self), holder: holder(row),
      validity: RoleGrant.Validity(from: row.instant(6), until: row.optionalInstant(7)),
      justification: Reason(stored: row.text(8)), source: row.choice(5, RoleGrant.Source.self))
    return try RoleGrant(
      id: row.id(1, GrantID.self), organization: row.id(0, OrganizationID.self), wish,
      by: row.principal(9), createdAt: row.instant(11),
      revocation: revocation(row))
  }

  private static func holder(_ row: borrowing RowReader) throws(DatabaseError) -> RoleHolder {
    if let user = try row.optionalUUID(3) { return .user(UserID(high: user.high, low: user.low)) }
    return .group(try row.id(4, GroupID.self))
  }

  private static func revocation(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> RoleGrant.Revocation? {
    guard let at = try row.optionalInstant(12) else { return nil }
    return RoleGrant.Revocation(at: at, by: try row.principal(13))
  }
}
