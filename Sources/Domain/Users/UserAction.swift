/// What a console can offer to do with a user. The raw value is published.
package enum UserAction: String, Sendable, CaseIterable {
  case edit, lock, unlock, deactivate, reactivate, delete, undelete
  case changeRole = "change_role"
  case resendInvitation = "resend_invitation"
  case cancelInvitation = "cancel_invitation"

  /// The permission that the action's method needs.
  package var permission: String {
    switch self {
    case .edit: "users.edit"
    case .lock, .unlock: "users.lock"
    case .deactivate, .reactivate: "users.deactivate"
    case .delete, .undelete: "users.delete"
    case .changeRole: "grants.edit"
    case .resendInvitation, .cancelInvitation: "users.create"
    }
  }
}

extension User {
  /// What the user's state, kind and source and the organization's settings let be done, in the
  /// order of ``UserAction``.
  /// - Parameter isPermitted: whether the caller may do it with this user.
  package func availableActions(
    _ settings: OrganizationSettings, isPermitted: (UserAction) -> Bool
  ) -> [UserAction] {
    UserAction.allCases.filter { isPossible($0, settings) && isPermitted($0) }
  }

  private func isPossible(_ action: UserAction, _ settings: OrganizationSettings) -> Bool {
    switch action {
    case .edit: state != .deleted && !isManagedElsewhere
    case .lock: state != .deleted && !isLocked
    case .unlock: state != .deleted && isLocked
    case .deactivate: state == .active
    case .reactivate: state == .inactive
    case .delete: canBeDeleted(settings)
    case .undelete: state == .deleted && !isManagedElsewhere
    case .changeRole: state != .deleted && settings.roleMode != .groups
    case .resendInvitation, .cancelInvitation: state == .invited && kind == .human
    }
  }

  /// An invited user goes with the invitation.
  private func canBeDeleted(_ settings: OrganizationSettings) -> Bool {
    guard !isManagedElsewhere else { return false }
    return switch state {
    case .inactive: true
    case .active: !settings.deletion.requiresInactive
    case .invited, .deleted: false
    }
  }

  /// A directory writes what it knows of its users, and removes them.
  private var isManagedElsewhere: Bool { source == .directory }
}
