import Domain
import Postgres

/// The columns that every statement answering a ``ServiceToken`` selects, in this order from
/// `first`: token_id, name, methods, organization_ids (empty for all), organization_ids IS NULL,
/// act_for_users, created_at, expires_at, revoked_at.
enum ServiceTokenRow {
  static func decode(
    _ row: borrowing RowReader, from first: Int = 0
  ) throws(DatabaseError) -> ServiceToken {
    let rights = ServiceToken.Rights(
      methods: try methods(row, first + 2), organizations: try organizations(row, first + 3),
      actsForUsers: try row.bool(first + 5))
    return ServiceToken(
      id: try row.id(first, ServiceTokenID.self), name: Name(stored: try row.text(first + 1)),
      rights: rights, createdAt: try row.instant(first + 6),
      expiresAt: try row.optionalInstant(first + 7), revokedAt: try row.optionalInstant(first + 8))
  }

  private static func methods(
    _ row: borrowing RowReader, _ column: Int
  ) throws(DatabaseError) -> [MethodPattern] {
    var patterns: [MethodPattern] = []
    for text in try row.texts(column) {
      guard let pattern = MethodPattern(text) else {
        throw .undecodable(column: column, reason: "no method pattern")
      }
      patterns.append(pattern)
    }
    return patterns
  }

  private static func organizations(
    _ row: borrowing RowReader, _ column: Int
  ) throws(DatabaseError) -> ServiceToken.Organizations {
    guard try !row.bool(column + 1) else { return .all }
    return .some(Set(try row.uuids(column).map { OrganizationID(high: $0.high, low: $0.low) }))
  }
}
