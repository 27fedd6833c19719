package import Domain
import Postgres

/// A user as a list shows it, and where the list stands at it.
package struct ListedUserRow: Sendable {
  package let user: User
  package let lastLoginAt: Timestamp?
  package let mfaEnabled: Bool
  package let company: (id: CompanyID, name: String)?
  /// The value that the list is sorted by, when it is a text.
  private let sortText: String?

  init(_ row: borrowing RowReader) throws(DatabaseError) {
    user = try UserRow.decode(row)
    lastLoginAt = try row.optionalInstant(25)
    mfaEnabled = try row.bool(26)
    if let id = try row.optionalUUID(27) {
      company = (CompanyID(high: id.high, low: id.low), try row.text(28))
    } else {
      company = nil
    }
    sortText = try row.optionalText(29)
  }

  /// Where a page that ends with the user ends.
  package func position(in order: ListOrder<UserSort>) -> PagePosition {
    let key: PagePosition.Key =
      switch order.field {
      case .email, .displayName: .text(sortText ?? "")
      case .createTime: .time(user.createdAt)
      case .lastLoginTime: .time(lastLoginAt)
      case .mfaEnabled: .bool(mfaEnabled)
      }
    return PagePosition(key, id: user.id.uuid)
  }
}
