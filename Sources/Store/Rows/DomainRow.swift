import Domain
import Postgres

/// The columns that every statement answering an ``OrganizationDomain`` selects, in this order:
/// organization_id, domain, challenge, verified_at, version, created_at, updated_at.
enum DomainRow {
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> OrganizationDomain {
    try OrganizationDomain(
      organization: row.id(0, OrganizationID.self), name: DomainName(stored: row.text(1)),
      challenge: row.text(2), verifiedAt: row.optionalInstant(3), version: row.int64(4),
      times: (row.instant(5), row.instant(6)))
  }
}
