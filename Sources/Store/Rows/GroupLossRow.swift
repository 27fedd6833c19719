import Domain
import Postgres

/// The columns of ``FindGroupLosses``: user_id, shown name, address, roles, rights.
enum GroupLossRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> GroupLoss {
    let roles = try row.uuids(3).map { RoleID(high: $0.high, low: $0.low) }
    return try GroupLoss(
      user: row.id(0, UserID.self), displayName: Name(stored: row.text(1)),
      email: EmailAddress(stored: row.text(2)), roles: roles, rights: row.rights(4))
  }
}
