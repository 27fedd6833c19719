import Domain
import Postgres

/// The columns that every statement answering a ``Company`` selects, in this order:
/// organization_id, company_id, name, version, created_at, updated_at.
enum CompanyRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Company {
    let created = Company(
      id: try row.id(1, CompanyID.self), organization: try row.id(0, OrganizationID.self),
      name: Name(stored: try row.text(2)), at: try row.instant(4))
    return try Company(created, version: row.int64(3), updatedAt: row.instant(5))
  }
}
