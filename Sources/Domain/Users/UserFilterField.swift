/// What a list of users can be filtered by; the raw value is the path.
package enum UserFilterField: String, FilterField {
  case email
  case displayName = "display_name"
  case state
  case locked
  case role
  case group
  case company
  case kind
  case source
  case createTime = "create_time"
  case lastLoginTime = "last_login_time"
  case inactiveSince = "inactive_since"
  case mfaEnabled = "mfa_enabled"
  case externalID = "external_id"

  package var rule: FilterRule {
    switch self {
    case .email, .displayName: .text
    case .state: .choice(UserState.self)
    case .locked, .mfaEnabled: .bool
    case .role: .idOrKey
    case .group: .id
    case .company: .optionalID
    case .kind: .choice(UserKind.self)
    case .source: .choice(UserSource.self)
    case .createTime: .time
    case .lastLoginTime: .optionalTime
    case .inactiveSince: .instant
    case .externalID: .optionalText
    }
  }
}

/// What a list of users can be sorted by; the raw value is the path. Names and addresses are
/// compared in lower case, by code point. Who never signed in comes before everybody who did.
package enum UserSort: String, SortField {
  case email
  case displayName = "display_name"
  case createTime = "create_time"
  case lastLoginTime = "last_login_time"
  case mfaEnabled = "mfa_enabled"
}
