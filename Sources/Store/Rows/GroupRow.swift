import Domain
import Postgres

/// The columns that every statement answering a ``Group`` selects, in this order: organization_id,
/// group_id, directory_id, external_id, created_at; member_count, version, updated_at; name,
/// description; the ids of its roles and their names.
enum GroupRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Group {
    let origin = try Group.Origin(
      id: row.id(1, GroupID.self), organization: row.id(0, OrganizationID.self),
      management: management(row), createdAt: row.instant(4))
    let standing = try Group.Standing(
      memberCount: Int(row.int64(5)), roles: roles(row), version: row.int64(6),
      updatedAt: row.instant(7))
    let fields = try GroupFields(
      name: Name(stored: row.text(8)), description: Description(stored: row.text(9)))
    return Group(origin: origin, standing: standing, fields: fields)
  }

  private static func management(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> GroupManagement {
    guard let id = try row.optionalUUID(2) else { return .local }
    return .directory(
      DirectoryID(high: id.high, low: id.low),
      externalID: try row.optionalText(3).map { ExternalID(stored: $0) })
  }

  private static func roles(_ row: borrowing RowReader) throws(DatabaseError) -> [GroupRole] {
    let ids = try row.uuids(10)
    let names = try row.texts(11)
    guard ids.count == names.count else {
      throw .undecodable(column: 11, reason: "\(names.count) names of \(ids.count) roles")
    }
    return zip(ids, names).map {
      GroupRole(id: RoleID(high: $0.high, low: $0.low), name: Name(stored: $1))
    }
  }
}
