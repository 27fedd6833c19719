import Domain
import Postgres

/// The columns that every statement answering an ``Organization`` selects, in this order:
/// organization_id, slug, name, settings, created_at, state, version, updated_at.
enum OrganizationRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Organization {
    guard let settings = OrganizationSettings(storedJSON: try row.jsonb(3)) else {
      throw .undecodable(column: 3, reason: "no object of settings")
    }
    let created = Organization(
      id: try row.id(0, OrganizationID.self), slug: Slug(stored: try row.text(1)),
      name: Name(stored: try row.text(2)), settings: settings, at: try row.instant(4))
    return try Organization(
      created, state: row.choice(5, Organization.State.self), version: row.int64(6),
      updatedAt: row.instant(7))
  }
}
