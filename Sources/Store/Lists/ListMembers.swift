package import Domain
package import Postgres

/// One page of a group's members.
package struct ListMembers: ListStatement {
  private let organization: OrganizationID
  private let group: GroupID
  private let search: UserSearch?
  private let after: PagePosition?
  private let limit: Int
  private let shape: MemberShape
  package let text: ListText

  package static let shapes = ListShapes<MemberShape>(countMax: DataLimits.listShapesMax)

  /// - Parameter group: one within the caller's reach, which its members are in then.
  package init(
    of group: GroupID, in organization: OrganizationID, search: UserSearch? = nil,
    by order: ListOrder<MemberSort>, page: (after: PagePosition?, limit: Int)
  ) {
    self.organization = organization
    self.group = group
    self.search = search
    after = page.after
    limit = page.limit
    (shape, text) = Self.shapes.find(
      MemberShape(order: order, isSearch: search != nil, isFirstPage: after == nil))
  }

  /// Whether it must run as `roster_search`, whose operators reach their index.
  package var isSearch: Bool { shape.isSearch }

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
    parameters.int64(Int64(limit))
    if let search { parameters.text(search.text) }
    guard let after else { return }
    switch after.key {
    case .text(let text): parameters.text(text)
    case .time(let instant): parameters.instant(instant)
    case .none, .bool, .number: parameters.text("")
    }
    parameters.id(after.id)
  }

  /// A member, and where the list stands at it.
  package struct Row: Sendable {
    package let member: GroupMember
    private let sortText: String?

    fileprivate init(_ row: borrowing RowReader) throws(DatabaseError) {
      member = try GroupMember(
        user: row.id(0, UserID.self), displayName: Name(stored: row.text(1)),
        email: EmailAddress(stored: row.text(2)), avatarURL: AvatarURL(stored: row.text(3)),
        membership: MembershipColumns.summary(row, from: 4))
      sortText = try row.optionalText(8)
    }

    /// Where a page that ends with the member ends.
    package func position(in order: ListOrder<MemberSort>) -> PagePosition {
      switch order.field {
      case .joinTime:
        PagePosition(.time(member.membership.joinedAt), id: member.user.uuid)
      case .displayName: PagePosition(.text(sortText ?? ""), id: member.user.uuid)
      }
    }
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(row)
  }
}
