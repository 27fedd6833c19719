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

  /// Whether it must run as `roster_search`, whose operators reach their index.
  package var isSearch: Bool { shape.isSearch }

  package func bind(_ parameters: inout Parameters) {
    query.bind(&parameters, as: shape)
  }

  package static func decode(
    _ row: borrowing RowReader
  ) throws(DatabaseError) -> ListedUserRow {
    try ListedUserRow(row)
  }
}
