package import Domain
import Postgres

/// A page of groups to be found. Without a reach there is no list.
package struct GroupListQuery: Sendable {
  package let organization: OrganizationID
  /// Which groups the caller may see.
  package let reach: Reach
  package let filter: GroupFilter
  package let search: UserSearch?
  package let order: ListOrder<GroupSort>
  /// Where the page before ended; nil: the first page.
  package let after: PagePosition?
  /// One more than a page holds tells whether there is another.
  package let limit: Int

  package init(
    _ organization: OrganizationID, within reach: Reach, _ filter: GroupFilter,
    search: UserSearch? = nil, by order: ListOrder<GroupSort>,
    page: (after: PagePosition?, limit: Int)
  ) {
    self.organization = organization
    self.reach = reach
    self.filter = filter
    self.search = search
    self.order = order
    after = page.after
    limit = page.limit
  }

  package var shape: GroupShape {
    GroupShape(
      conditions: GroupCondition.allCases.reduce(0) { $0 | (has($1) ? $1.bit : 0) },
      order: order, isFirstPage: after == nil)
  }

  private func has(_ condition: GroupCondition) -> Bool {
    switch condition {
    case .reach: reach != .all
    case .search: search != nil
    case .managedBy: filter.managements != Set(GroupFilter.Management.allCases)
    case .role: filter.anyRole != nil
    case .otherRole: !filter.noRole.isEmpty
    }
  }

  func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.int64(Int64(limit))
    for condition in GroupCondition.allCases where has(condition) {
      switch condition {
      case .reach:
        if case .some(_, let groups, _) = reach { parameters.ids(groups) }
      case .search: parameters.text(search?.text)
      case .managedBy: parameters.texts(filter.managements.map(\.rawValue).sorted())
      case .role: bind(filter.anyRole ?? [], &parameters)
      case .otherRole: bind(filter.noRole, &parameters)
      }
    }
    guard let after else { return }
    switch after.key {
    case .text(let text): parameters.text(text)
    case .number(let number): parameters.int64(number)
    case .none, .bool, .time: parameters.text("")
    }
    parameters.id(after.id)
  }

  private func bind(_ roles: [RoleReference], _ parameters: inout Parameters) {
    parameters.ids(roles.compactMap { if case .id(let id) = $0 { id } else { nil } })
    parameters.texts(roles.compactMap { if case .key(let key) = $0 { key } else { nil } })
  }
}
