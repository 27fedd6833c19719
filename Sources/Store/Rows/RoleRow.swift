import Domain
import Postgres

/// The columns that every statement answering a ``Role`` selects, in this order: organization_id,
/// role_id, key, aliases, kind, created_at; name, description, rank, version, updated_at; the
/// rights as an array of `permission:scope`.
enum RoleRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Role {
    let origin = try Role.Origin(
      id: row.id(1, RoleID.self), organization: row.id(0, OrganizationID.self),
      key: RoleKey(stored: row.text(2)), aliases: row.texts(3).map { RoleKey(stored: $0) },
      kind: row.choice(4, Role.Kind.self), createdAt: row.instant(5))
    let content = try Role.Content(
      name: Name(stored: row.text(6)), description: Description(stored: row.text(7)),
      rank: Int(row.int32(8)), rights: row.rights(11))
    return try Role(origin, content: content, version: row.int64(9), updatedAt: row.instant(10))
  }
}
