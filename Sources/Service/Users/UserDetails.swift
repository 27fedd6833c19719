import API
import Domain
import Postgres
import Store

/// The groups and roles of some users now, and what may be done with them.
struct UserDetails {
  private var memberships: [UserID: [UserAccessRow.Membership]] = [:]
  private var ownRoles: [UserID: [UserAccessRow.HeldRole]] = [:]
  private var groupRoles: [GroupID: [UserAccessRow.HeldRole]] = [:]
  private let settings: OrganizationSettings
  private let caller: Caller

  /// Asks for them in one flush.
  init(of users: [UserID], for caller: Caller) async throws(ServiceFailure) {
    var batch = Batch()
    let access = batch.add(FindUserAccess(organization: caller.organization, users: users))
    let organization = batch.add(FindOrganization(organization: caller.organization))
    self = try await caller.read(batch, kind: .list) { (results) throws(DatabaseError) in
      try UserDetails(results.rows(access), results.row(organization), for: caller)
    }
  }

  init(_ rows: [UserAccessRow], _ organization: Organization?, for caller: Caller) {
    self.caller = caller
    settings = organization?.settings ?? OrganizationSettings()
    for row in rows {
      switch row {
      case .member(let user, let membership): memberships[user, default: []].append(membership)
      case .holder(let user, let role): ownRoles[user, default: []].append(role)
      case .group(let group, let role): groupRoles[group, default: []].append(role)
      }
    }
  }

  func groups(of user: UserID) -> Set<GroupID> {
    Set(memberships[user, default: []].map(\.group))
  }

  func complete(_ listed: inout Roster_V1_ListedUser, _ user: User, company: CompanyID?) {
    let groups = memberships[user.id, default: []].sorted {
      ($0.name, $0.group) < ($1.name, $1.group)
    }
    listed.groups = groups.map { Roster_V1_ListedUserGroup($0) }
    let own = ownRoles[user.id, default: []].map { (role: $0, group: GroupID?.none) }
    let given = groups.flatMap { membership in
      groupRoles[membership.group, default: []].map { (role: $0, group: membership.group) }
    }
    let roles = own + given.map { ($0.role, $0.group) }
    listed.roles =
      roles
      .sorted { ($0.role.key, $0.role.grant) < ($1.role.key, $1.role.grant) }
      .map { Roster_V1_ListedUserRole($0.role, by: $0.group) }

    let standing = Subject.Standing(
      state: user.state, isLocked: user.isLocked, company: company)
    let subject = Subject(
      user: user.id, standing: standing, groups: groups.map(\.group).sorted(),
      rank: roles.map(\.role.rank).max() ?? 0, rights: Rights())
    listed.availableActions = user.availableActions(settings) { permits($0, on: subject) }
      .map { Roster_V1_UserAction($0) }
  }

  /// As the action's own method would decide.
  private func permits(_ action: UserAction, on other: Subject) -> Bool {
    guard caller.token.permits(action.methodName) else { return false }
    guard let person = caller.authorization.subject else { return true }
    guard let reach = person.reach(of: PermissionName(stored: action.permission)) else {
      return false
    }
    do throws(Subject.Refusal) {
      try person.requireManaging(other, within: reach)
      return true
    } catch {
      return false
    }
  }
}

extension UserAction {
  fileprivate var methodName: String {
    switch self {
    case .edit: UserServiceMethods.updateUser.fullName
    case .lock: UserServiceMethods.lockUser.fullName
    case .unlock: UserServiceMethods.unlockUser.fullName
    case .deactivate: "roster.v1.UserService/DeactivateUser"
    case .reactivate: "roster.v1.UserService/ReactivateUser"
    case .delete: "roster.v1.UserService/DeleteUser"
    case .undelete: "roster.v1.UserService/UndeleteUser"
    case .changeRole: "roster.v1.RoleService/GrantRole"
    case .resendInvitation: "roster.v1.InvitationService/ResendInvitation"
    case .cancelInvitation: "roster.v1.InvitationService/CancelInvitation"
    }
  }
}
