import Domain
package import Postgres

/// One page of users.
package struct ListUsers: ListStatement {
  private let query: UserListQuery
  private let shape: UserShape
  package let text: ListText

  package static let shapes = ListShapes<UserShape>(countMax: DataLimits.listShapesMax)

  /// - Parameter shapes: where the texts are kept; tests bring their own.
  package init(_ query: UserListQuery, shapes: ListShapes<UserShape> = ListUsers.shapes) {
    self.query = query
    (shape, text) = shapes.find(query.shape)
  }

  /// A search runs as `roster_search`, whose operators reach their index.
  package var scope: Scope {
    let id = query.organization.uuid
    return shape.isSearch
      ? .search(high: id.high, low: id.low) : .organization(high: id.high, low: id.low)
  }

  package func bind(_ parameters: inout Parameters) {
    query.bind(&parameters, as: shape)
  }

  package static func decode(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> ListedUserRow {
    try ListedUserRow(row)
  }
}
