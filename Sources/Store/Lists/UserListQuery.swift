package import Domain
import Postgres

/// A page of users to be found. Without a reach there is no list.
package struct UserListQuery: Sendable {
  package let organization: OrganizationID
  /// Whom the caller may see.
  package let reach: Reach
  package let filter: UserFilter
  package let search: UserSearch?
  package let order: ListOrder<UserSort>
  /// Where the page before ended; nil: the first page.
  package let after: PagePosition?
  /// One more than a page holds tells whether there is another.
  package let limit: Int

  package init(
    _ organization: OrganizationID, within reach: Reach, _ filter: UserFilter,
    search: UserSearch? = nil, by order: ListOrder<UserSort>,
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

  package var shape: UserShape {
    UserShape(
      conditions: UserCondition.allCases.reduce(0) { $0 | (has($1) ? $1.bit : 0) }, order: order,
      isFirstPage: after == nil, isOfDeleted: filter.states.contains(.deleted), isGeneral: false)
  }

  private func has(_ condition: UserCondition) -> Bool {
    switch condition {
    case .reach: reach != .all
    case .search: search != nil
    case .endedInactivity: filter.states.contains(.active) && !filter.states.contains(.inactive)
    case .lastingInactivity:
      filter.states.contains(.inactive) && !filter.states.contains(.active)
    case .locked: filter.locked == true
    case .unlocked: filter.locked == false
    case .kind: filter.kinds != nil
    case .source: filter.sources != nil
    case .mfa: filter.mfaEnabled != nil
    case .createdFrom: filter.created.from != nil
    case .createdBefore: filter.created.before != nil
    case .loginFrom: filter.lastLogin.from != nil
    case .loginBefore: filter.lastLogin.before != nil
    case .hasSignedIn: filter.hasSignedIn == true
    case .neverSignedIn: filter.hasSignedIn == false
    case .inactiveSince: filter.inactiveSince != nil
    case .email, .otherEmail, .emailPrefix, .name, .otherName, .namePrefix, .externalID,
      .otherExternalID, .hasExternalID, .noExternalID, .company, .otherCompany, .hasCompany,
      .noCompany, .group, .otherGroup, .role, .otherRole:
      hasSet(condition)
    }
  }

  private func hasSet(_ condition: UserCondition) -> Bool {
    switch condition {
    case .email: filter.email.anyOf != nil
    case .otherEmail: !filter.email.noneOf.isEmpty
    case .emailPrefix: filter.email.prefix != nil
    case .name: filter.displayName.anyOf != nil
    case .otherName: !filter.displayName.noneOf.isEmpty
    case .namePrefix: filter.displayName.prefix != nil
    case .externalID: filter.externalID.anyOf != nil
    case .otherExternalID: !filter.externalID.noneOf.isEmpty
    case .hasExternalID: filter.externalID.isPresent == true
    case .noExternalID: filter.externalID.isPresent == false
    case .company: filter.company.anyOf != nil
    case .otherCompany: !filter.company.noneOf.isEmpty
    case .hasCompany: filter.company.isPresent == true
    case .noCompany: filter.company.isPresent == false
    case .group: filter.group.anyOf != nil
    case .otherGroup: !filter.group.noneOf.isEmpty
    case .role: filter.role.anyOf != nil
    case .otherRole: !filter.role.noneOf.isEmpty
    default: false
    }
  }
}

// MARK: Values

extension UserListQuery {
  /// Binds the parameters of its own shape or of the general one.
  func bind(_ parameters: inout Parameters, as shape: UserShape) {
    parameters.id(organization)
    parameters.texts(storedStates.map(\.rawValue).sorted())
    parameters.int64(Int64(limit))
    if shape.isGeneral { parameters.int64(Int64(bitPattern: self.shape.conditions)) }
    for condition in UserCondition.allCases where shape.has(condition) {
      bind(condition, &parameters)
    }
    if let after { bind(after, &parameters) }
  }

  /// Who is stored as inactive may be active again by now.
  private var storedStates: Set<UserState> {
    filter.states.contains(.active) ? filter.states.union([.inactive]) : filter.states
  }

  private func bind(_ condition: UserCondition, _ parameters: inout Parameters) {
    switch condition {
    case .reach: bindReach(&parameters)
    case .search: parameters.text(search?.text)
    case .kind: parameters.texts((filter.kinds ?? []).map(\.rawValue).sorted())
    case .source: parameters.texts((filter.sources ?? []).map(\.rawValue).sorted())
    case .mfa: parameters.bool(filter.mfaEnabled)
    case .createdFrom: parameters.instant(filter.created.from)
    case .createdBefore: parameters.instant(filter.created.before)
    case .loginFrom: parameters.instant(filter.lastLogin.from)
    case .loginBefore: parameters.instant(filter.lastLogin.before)
    case .inactiveSince: parameters.instant(filter.inactiveSince)
    case .email: parameters.texts(filter.email.anyOf ?? [])
    case .otherEmail: parameters.texts(filter.email.noneOf)
    case .emailPrefix: parameters.text(filter.email.prefix)
    case .name: parameters.texts(filter.displayName.anyOf ?? [])
    case .otherName: parameters.texts(filter.displayName.noneOf)
    case .namePrefix: parameters.text(filter.displayName.prefix)
    case .externalID: parameters.texts(filter.externalID.anyOf ?? [])
    case .otherExternalID: parameters.texts(filter.externalID.noneOf)
    case .company: parameters.ids(filter.company.anyOf ?? [])
    case .otherCompany: parameters.ids(filter.company.noneOf)
    case .group: parameters.ids(filter.group.anyOf ?? [])
    case .otherGroup: parameters.ids(filter.group.noneOf)
    case .role: bindRoles(filter.role.anyOf ?? [], &parameters)
    case .otherRole: bindRoles(filter.role.noneOf, &parameters)
    case .endedInactivity, .lastingInactivity, .locked, .unlocked, .hasSignedIn, .neverSignedIn,
      .hasExternalID, .noExternalID, .hasCompany, .noCompany:
      break
    }
  }

  private func bindReach(_ parameters: inout Parameters) {
    guard case .some(let user, let groups, let companies) = reach else { return }
    parameters.id(user)
    parameters.ids(groups)
    parameters.ids(companies)
  }

  private func bindRoles(_ roles: [RoleReference], _ parameters: inout Parameters) {
    parameters.ids(roles.compactMap { if case .id(let id) = $0 { id } else { nil } })
    parameters.texts(roles.compactMap { if case .key(let key) = $0 { key } else { nil } })
  }

  private func bind(_ position: PagePosition, _ parameters: inout Parameters) {
    switch position.key {
    case .text(let text): parameters.text(text)
    case .bool(let value): parameters.bool(value)
    case .time(let instant): parameters.instant(instant ?? Self.never)
    case .number(let number): parameters.int64(number)
    case .none: break
    }
    parameters.id(position.id)
  }

  /// What `last_login_order` has for who never signed in: 0001-01-01 00:00:00 UTC.
  private static let never = Timestamp(microseconds: -62_135_596_800_000_000)
}
