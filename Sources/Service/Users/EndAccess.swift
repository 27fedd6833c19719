import Domain
import Postgres
import Store

/// Why users lose their access.
enum AccessEnd {
  case lock, deactivation
  /// The user is hidden and can come back.
  case deletion
  /// The user's rows are deleted.
  case removal
}

extension Mutation {
  /// The one way in which users lose their access: stores them, ends their sessions and keys,
  /// suspends their memberships as the organization's settings say, and guards its last
  /// administrator. The organization's row must be locked.
  /// - Parameter users: after the change.
  mutating func endAccess(of users: [User], by end: AccessEnd) throws(ServiceFailure) {
    let keepsGroups = try requireOrganization().settings.deactivation.keepGroups
    for user in users {
      let (organization, id) = (user.organization, user.id)
      switch end {
      case .lock:
        changes.add(UpdateUserLock(user))
      case .deactivation:
        changes.add(UpdateUserState(user))
        if !keepsGroups {
          changes.add(SuspendMemberships(organization: organization, user: id, at: now))
        }
      case .deletion:
        changes.add(UpdateUserState(user))
        changes.add(DeleteEmails(organization: organization, user: id, at: now))
        changes.add(SuspendMemberships(organization: organization, user: id, at: now))
      case .removal:
        changes.add(DeleteUserRows(organization: organization, user: id))
      }
    }
    requireAdministrator()
  }
}
