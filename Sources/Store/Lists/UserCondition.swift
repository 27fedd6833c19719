import Domain
import Postgres

/// The conditions of lists of users, in the order in which texts have them.
enum UserCondition: Int, CaseIterable, Sendable {
  case reach, search
  case endedInactivity, lastingInactivity, locked, unlocked, kind, source, mfa
  case createdFrom, createdBefore
  case loginFrom, loginBefore, hasSignedIn, neverSignedIn, inactiveSince
  case email, otherEmail, emailPrefix, name, otherName, namePrefix
  case externalID, otherExternalID, hasExternalID, noExternalID
  case company, otherCompany, hasCompany, noCompany
  case group, otherGroup, role, otherRole

  /// Whether the text of every filter may have it, switched off.
  var isSwitchable: Bool { self != .reach && self != .search }

  var bit: UInt64 { 1 << UInt64(rawValue) }

  var needsEmail: Bool {
    switch self {
    case .search, .email, .otherEmail, .emailPrefix: true
    default: false
    }
  }

  var needsActivity: Bool {
    switch self {
    case .loginFrom, .loginBefore, .hasSignedIn, .neverSignedIn, .inactiveSince: true
    default: false
    }
  }

  var parameterCount: Int {
    switch self {
    case .reach: 3
    case .role, .otherRole: 2
    case .endedInactivity, .lastingInactivity, .locked, .unlocked, .hasSignedIn, .neverSignedIn,
      .hasExternalID, .noExternalID, .hasCompany, .noCompany:
      0
    default: 1
    }
  }

  /// The condition for one user `u` with address `e` and activity `a`.
  var fragment: StaticString {
    switch self {
    case .reach: UserFragments.reach
    case .search: UserFragments.search
    case .endedInactivity: "(u.state <> 'inactive' OR u.deactivated_until <= now())"
    case .lastingInactivity:
      "(u.state <> 'inactive' OR u.deactivated_until IS NULL OR u.deactivated_until > now())"
    case .locked: "u.locked_at IS NOT NULL AND (u.locked_until IS NULL OR u.locked_until > now())"
    case .unlocked: "(u.locked_at IS NULL OR u.locked_until <= now())"
    case .kind: "u.kind = ANY(#1)"
    case .source: "u.source = ANY(#1)"
    case .mfa: "u.mfa_enabled = #1"
    case .createdFrom: "u.created_at >= #1"
    case .createdBefore: "u.created_at < #1"
    case .loginFrom: "a.last_login_order >= #1"
    case .loginBefore: "a.last_login_order < #1 AND a.last_login_at IS NOT NULL"
    case .hasSignedIn: "a.last_login_at IS NOT NULL"
    case .neverSignedIn: "a.last_login_at IS NULL"
    case .inactiveSince: "a.last_login_order < #1 AND u.created_at < #1"
    case .email: "e.address_norm = ANY(roster.comparable_texts(#1))"
    case .otherEmail: "e.address_norm <> ALL(roster.comparable_texts(#1))"
    case .emailPrefix:
      """
      e.address_norm >= roster.comparable_text(#1)
             AND e.address_norm < roster.prefix_end(roster.comparable_text(#1))
      """
    case .name: "u.display_name_norm = ANY(roster.comparable_texts(#1))"
    case .otherName: "u.display_name_norm <> ALL(roster.comparable_texts(#1))"
    case .namePrefix:
      """
      u.display_name_norm >= roster.comparable_text(#1)
             AND u.display_name_norm < roster.prefix_end(roster.comparable_text(#1))
      """
    case .externalID: "u.external_id = ANY(#1)"
    case .otherExternalID: "(u.external_id IS NULL OR u.external_id <> ALL(#1))"
    case .hasExternalID: "u.external_id IS NOT NULL"
    case .noExternalID: "u.external_id IS NULL"
    case .company: "u.company_id = ANY(#1)"
    case .otherCompany: "(u.company_id IS NULL OR u.company_id <> ALL(#1))"
    case .hasCompany: "u.company_id IS NOT NULL"
    case .noCompany: "u.company_id IS NULL"
    case .group: UserFragments.group
    case .otherGroup: UserFragments.otherGroup
    case .role: UserFragments.role
    case .otherRole: UserFragments.otherRole
    }
  }

  /// All users that meet it, some several times, for conditions of which the planner can't know
  /// how many there are.
  func candidates(ofDeleted: Bool) -> StaticString? {
    switch self {
    case .reach: UserFragments.reached
    case .search: ofDeleted ? UserFragments.foundDeleted : UserFragments.found
    case .group: UserFragments.members
    case .role: UserFragments.holders
    default: nil
    }
  }
}
