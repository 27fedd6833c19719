package import Domain
package import Postgres

/// One page of groups.
package struct ListGroups: ListStatement {
  private let query: GroupListQuery
  private let shape: GroupShape
  package let text: ListText

  package static let shapes = ListShapes<GroupShape>(countMax: DataLimits.listShapesMax)

  /// - Parameter shapes: where the texts are kept; tests bring their own.
  package init(_ query: GroupListQuery, shapes: ListShapes<GroupShape> = ListGroups.shapes) {
    self.query = query
    (shape, text) = shapes.find(query.shape)
  }

  /// Whether it must run as `roster_search`, whose operators reach their index.
  package var isSearch: Bool { shape.isSearch }

  package func bind(_ parameters: inout Parameters) {
    query.bind(&parameters)
  }

  /// A group, and where the list stands at it.
  package struct Row: Sendable {
    package let group: Group
    private let sortText: String?

    fileprivate init(_ row: borrowing RowReader) throws(DatabaseError) {
      group = try GroupRow.decode(row)
      sortText = try row.optionalText(12)
    }

    /// Where a page that ends with the group ends.
    package func position(in order: ListOrder<GroupSort>) -> PagePosition {
      switch order.field {
      case .name: PagePosition(.text(sortText ?? ""), id: group.id.uuid)
      case .memberCount: PagePosition(.number(Int64(group.memberCount)), id: group.id.uuid)
      }
    }
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(row)
  }
}
