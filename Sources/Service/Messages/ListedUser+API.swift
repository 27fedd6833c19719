import API
import Domain
import Store
import SwiftProtobuf

extension Roster_V1_ListedUser {
  init(_ row: ListedUserRow) {
    self.init()
    user = Roster_V1_User(row.user)
    if let instant = row.lastLoginAt { lastLoginTime = .init(instant) }
    mfaEnabled = row.mfaEnabled
    if let company = row.company { self.company = .init(company.id, name: company.name) }
  }
}

extension Roster_V1_ListedUserCompany {
  init(_ id: CompanyID, name: String) {
    self.init()
    companyID = id.text
    self.name = name
  }
}

extension Roster_V1_ListedUserGroup {
  init(_ membership: UserAccessRow.Membership) {
    self.init()
    groupID = membership.group.text
    name = membership.name
    joinTime = .init(membership.joinedAt)
    if let instant = membership.expiresAt { expireTime = .init(instant) }
  }
}

extension Roster_V1_ListedUserRole {
  /// - Parameter group: by which the user has it; nil: it is the user's own.
  init(_ role: UserAccessRow.HeldRole, by group: GroupID?) {
    self.init()
    grantID = role.grant.text
    roleID = role.role.text
    key = role.key
    name = role.name
    if let group { groupID = group.text }
    if let instant = role.expiresAt { expireTime = .init(instant) }
  }
}

extension Roster_V1_UserAction {
  init(_ action: UserAction) {
    self =
      switch action {
      case .edit: .edit
      case .lock: .lock
      case .unlock: .unlock
      case .deactivate: .deactivate
      case .reactivate: .reactivate
      case .delete: .delete
      case .undelete: .undelete
      case .changeRole: .changeRole
      case .resendInvitation: .resendInvitation
      case .cancelInvitation: .cancelInvitation
      }
  }
}

extension Roster_V1_UserSecurity {
  init(_ row: FindUserSecurity.Row) {
    self.init()
    hasPassword_p = row.passwordSetAt != nil
    mustChangePassword = row.mustChangePassword
    if let instant = row.passwordSetAt { passwordSetTime = .init(instant) }
    failedCount = row.failedCount
    if let instant = row.lastFailedAt { lastFailedTime = .init(instant) }
    if let instant = row.lastActiveAt { lastActiveTime = .init(instant) }
  }
}

extension Roster_V1_OverviewEvent {
  init(_ row: FindRecentEvents.Row) {
    self.init()
    eventID = row.id.text
    eventTime = .init(row.at)
    action = row.action
    outcome = row.outcome
    actorKind = row.actor.kind
    actorID = row.actor.id.text
    targetKind = row.target.kind
    targetID = row.target.id.text
  }
}
