/// Which users a list holds: the one form to which every filter that means the same is brought, so
/// that the statements compiled from it are few.
package struct UserFilter: Hashable, Sendable {
  /// Everybody but the deleted, who are listed only when nobody else is.
  package internal(set) var states: Set<UserState> = [.invited, .active, .inactive]
  package internal(set) var kinds: Set<UserKind>?
  package internal(set) var sources: Set<UserSource>?
  package internal(set) var locked: Bool?
  package internal(set) var mfaEnabled: Bool?
  package internal(set) var email = FilterSet<String>()
  package internal(set) var displayName = FilterSet<String>()
  package internal(set) var externalID = FilterSet<String>()
  package internal(set) var company = FilterSet<CompanyID>()
  /// Live memberships.
  package internal(set) var group = FilterSet<GroupID>()
  /// Roles that hold now, given to the user or to a group of the user.
  package internal(set) var role = FilterSet<RoleReference>()
  package internal(set) var created = TimeRange()
  package internal(set) var lastLogin = TimeRange()
  package internal(set) var hasSignedIn: Bool?
  /// Created before it, and not signed in since.
  package internal(set) var inactiveSince: Timestamp?
  /// The conditions contradict each other.
  package internal(set) var matchesNobody = false

  /// Everybody.
  package init() {}

  /// Reads a filter; empty: everybody.
  package init(_ text: String) throws(FilterRefusal) {
    var states = ChoiceSet<UserState>()
    var kinds = ChoiceSet<UserKind>()
    var sources = ChoiceSet<UserSource>()
    for condition in try FilterCondition<UserFilterField>.parse(text) {
      switch condition.field {
      case .state: states.add(condition.test)
      case .kind: kinds.add(condition.test)
      case .source: sources.add(condition.test)
      default: try add(condition)
      }
      if condition.field == .state, states.mixes(.deleted) {
        throw .combinationUnsupported(at: condition.position)
      }
    }
    self.states = states.values(fallback: self.states)
    self.kinds = kinds.chosen
    self.sources = sources.chosen
    if self.states.isEmpty || kinds.isEmpty || sources.isEmpty || created.isEmpty
      || lastLogin.isEmpty || (hasSignedIn == false && lastLogin != TimeRange())
    {
      matchesNobody = true
    }
  }

  private mutating func add(
    _ condition: FilterCondition<UserFilterField>
  ) throws(FilterRefusal) {
    let place = (path: condition.field.rawValue, position: condition.position)
    switch condition.field {
    case .state, .kind, .source: break
    case .email: try email.add(condition.test, place) { $0.text }
    case .displayName: try displayName.add(condition.test, place) { $0.text }
    case .externalID: try externalID.add(condition.test, place) { $0.text }
    case .company: try company.add(condition.test, place) { $0.id.map { CompanyID($0) } }
    case .group: try group.add(condition.test, place) { $0.id.map { GroupID($0) } }
    case .role: try role.add(condition.test, place) { RoleReference($0) }
    case .locked: locked = narrowed(locked, condition.test)
    case .mfaEnabled: mfaEnabled = narrowed(mfaEnabled, condition.test)
    case .createTime: created.add(condition.test)
    case .lastLoginTime:
      lastLogin.add(condition.test)
      if condition.test == .present || condition.test == .absent {
        let isPresent = condition.test == .present
        if hasSignedIn == !isPresent { matchesNobody = true }
        hasSignedIn = isPresent
      }
    case .inactiveSince:
      for case .time(let instant) in condition.test.values {
        inactiveSince = min(inactiveSince ?? instant, instant)
      }
    }
  }

  /// The same filter with whole addresses in another spelling of theirs.
  package func spellingAddresses(_ spell: (String) -> String) -> UserFilter {
    var filter = self
    filter.email.anyOf = email.anyOf?.map(spell)
    filter.email.noneOf = email.noneOf.map(spell)
    return filter
  }

  private mutating func narrowed(_ present: Bool?, _ test: FilterTest) -> Bool? {
    let isNegated = if case .noneOf = test { true } else { false }
    let wanted = Set(test.values.compactMap { $0.bool.map { $0 != isNegated } })
    // Both: either is allowed by OR, and none by two inequalities.
    guard wanted.count == 1, let only = wanted.first else {
      if isNegated { matchesNobody = true }
      return present
    }
    if present == !only { matchesNobody = true }
    return only
  }
}

/// How a filter names a role.
package enum RoleReference: Hashable, Sendable {
  case id(RoleID)
  /// The role's key, or another spelling of it.
  case key(String)

  fileprivate init?(_ value: FilterValue) {
    switch value {
    case .id(let id): self = .id(RoleID(id))
    case .text(let key): self = .key(key)
    case .bool, .time: return nil
    }
  }
}

/// Conditions on a field of many values. One of each kind is possible, and of `noneOf` several,
/// which add up.
package struct FilterSet<Value: Hashable & Sendable>: Hashable, Sendable {
  package internal(set) var anyOf: [Value]?
  package internal(set) var noneOf: [Value] = []
  package internal(set) var prefix: String?
  package internal(set) var isPresent: Bool?

  package init() {}

  fileprivate mutating func add(
    _ test: FilterTest, _ place: (path: String, position: Int), _ read: (FilterValue) -> Value?
  ) throws(FilterRefusal) {
    let repeated = FilterRefusal.repeated(place.path, at: place.position)
    switch test {
    case .anyOf(let values):
      guard anyOf == nil else { throw repeated }
      anyOf = values.compactMap(read)
    case .noneOf(let values): noneOf += values.compactMap(read)
    case .prefix(let text):
      guard prefix == nil else { throw repeated }
      prefix = text
    case .present, .absent:
      guard isPresent == nil else { throw repeated }
      isPresent = test == .present
    case .atLeast, .before: break
    }
  }
}

/// Instants from `from` on and before `before`, to the microsecond.
package struct TimeRange: Hashable, Sendable {
  package internal(set) var from: Timestamp?
  package internal(set) var before: Timestamp?

  package init() {}

  package var isEmpty: Bool {
    guard let from, let before else { return false }
    return from >= before
  }

  fileprivate mutating func add(_ test: FilterTest) {
    switch test {
    case .atLeast(let instant): from = max(from ?? instant, instant)
    case .before(let instant): before = min(before ?? instant, instant)
    case .anyOf, .noneOf, .prefix, .present, .absent: break
    }
  }
}

/// Conditions on a field with few values: those that are left.
private struct ChoiceSet<Choice: RawRepresentable<String> & CaseIterable & Hashable & Sendable> {
  private var wanted: Set<Choice>?
  private var unwanted: Set<Choice> = []

  mutating func add(_ test: FilterTest) {
    let values = Set(test.values.compactMap { $0.text.flatMap { Choice(rawValue: $0) } })
    if case .noneOf = test {
      unwanted.formUnion(values)
    } else {
      wanted = wanted?.intersection(values) ?? values
    }
  }

  /// What is left of what was asked for, or of `fallback`.
  func values(fallback: Set<Choice>) -> Set<Choice> {
    (wanted ?? fallback).subtracting(unwanted)
  }

  /// Nil: no condition.
  var chosen: Set<Choice>? {
    wanted == nil && unwanted.isEmpty ? nil : values(fallback: Set(Choice.allCases))
  }

  var isEmpty: Bool { chosen?.isEmpty ?? false }

  /// Whether a choice is asked for together with others.
  func mixes(_ choice: Choice) -> Bool {
    wanted.map { $0.contains(choice) && $0.count > 1 } ?? false
  }
}

extension FilterTest {
  fileprivate var values: [FilterValue] {
    switch self {
    case .anyOf(let values), .noneOf(let values): values
    case .prefix, .atLeast, .before, .present, .absent: []
    }
  }
}

extension FilterValue {
  fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
  fileprivate var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  fileprivate var id: UUID128? { if case .id(let id) = self { id } else { nil } }
}
