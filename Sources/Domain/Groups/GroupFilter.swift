/// What a list of groups can be filtered by; the raw value is the path.
package enum GroupFilterField: String, FilterField {
  case managedBy = "managed_by"
  case role

  package var rule: FilterRule {
    switch self {
    case .managedBy: .choice(GroupFilter.Management.self)
    case .role: .idOrKey
    }
  }
}

/// Which groups a list holds.
package struct GroupFilter: Hashable, Sendable {
  /// The raw value is stored.
  package enum Management: String, Sendable, CaseIterable {
    case local, directory
  }

  package private(set) var managements = Set(Management.allCases)
  /// Groups that were given one of them; nil: no condition.
  package private(set) var anyRole: [RoleReference]?
  /// Groups that were given none of them.
  package private(set) var noRole: [RoleReference] = []

  /// Every group.
  package init() {}

  /// Reads a filter; empty: every group.
  package init(_ text: String) throws(FilterRefusal) {
    for condition in try FilterCondition<GroupFilterField>.parse(text) {
      switch (condition.field, condition.test) {
      case (.managedBy, .anyOf(let values)):
        managements.formIntersection(values.compactMap(Self.management))
      case (.managedBy, .noneOf(let values)):
        managements.subtract(values.compactMap(Self.management))
      case (.role, .anyOf(let values)):
        guard anyRole == nil else {
          throw .repeated(condition.field.rawValue, at: condition.position)
        }
        anyRole = values.compactMap(Self.role)
      case (.role, .noneOf(let values)): noRole += values.compactMap(Self.role)
      case (_, .prefix), (_, .atLeast), (_, .before), (_, .present), (_, .absent): break
      }
    }
  }

  /// The conditions contradict each other.
  package var matchesNothing: Bool { managements.isEmpty }

  private static func management(_ value: FilterValue) -> Management? {
    if case .text(let text) = value { Management(rawValue: text) } else { nil }
  }

  private static func role(_ value: FilterValue) -> RoleReference? {
    switch value {
    case .id(let id): .id(RoleID(id))
    case .text(let key): .key(key)
    case .bool, .time: nil
    }
  }
}

/// What a list of groups can be sorted by; the raw value is the path.
package enum GroupSort: String, SortField {
  case name
  case memberCount = "member_count"
}

/// What a list of a group's members can be sorted by; the raw value is the path.
package enum MemberSort: String, SortField {
  case joinTime = "join_time"
  case displayName = "display_name"
}

extension UserFilter {
  /// Invited and active users who are not in a group now.
  package static func candidates(for group: GroupID) throws(FilterRefusal) -> UserFilter {
    try UserFilter(#"(state = "invited" OR state = "active") group != "\#(group.text)""#)
  }
}
