/// What happened; the raw value is stored and published, so it never changes.
package enum EventAction: String, Sendable, CaseIterable {
  case organizationCreated = "organization.created"
  case organizationSettingsUpdated = "organization.settings_updated"
  case organizationUpdated = "organization.updated"
  case organizationSuspended = "organization.suspended"
  case organizationResumed = "organization.resumed"
  case organizationDomainAdded = "organization.domain_added"
  case organizationDomainVerified = "organization.domain_verified"
  case organizationDomainRemoved = "organization.domain_removed"
  case roleCreated = "role.created"
  case roleUpdated = "role.updated"
  case roleDeleted = "role.deleted"
  /// Of the user or the group that has the role, as the other two of grants.
  case grantCreated = "grant.created"
  case grantRevoked = "grant.revoked"
  case grantExpired = "grant.expired"
  /// Of the user who asks, as the others of requests.
  case roleRequested = "role_request.created"
  case roleRequestWithdrawn = "role_request.withdrawn"
  case roleRequestApproved = "role_request.approved"
  case roleRequestDenied = "role_request.denied"
  case roleRequestExpired = "role_request.expired"
  case catalogueChanged = "catalogue.changed"
  case userCreated = "user.created"
  case userUpdated = "user.updated"
  case userLocked = "user.locked"
  case userUnlocked = "user.unlocked"
  case userDeactivated = "user.deactivated"
  case userReactivated = "user.reactivated"
  case userEmailVerified = "user.email_verified"
  case userDeleted = "user.deleted"
  case userUndeleted = "user.undeleted"
  /// A soft-deleted user can't come back any more.
  case userPurged = "user.purged"
  /// One for the whole of a bulk call, beside those of its users.
  case usersFoundInactive = "organization.inactive_users_ended"
  case companyCreated = "company.created"
  case companyUpdated = "company.updated"
  case companyDeleted = "company.deleted"
  /// One for the whole of a bulk call, beside those of its users.
  case companyUsersMoved = "company.users_moved"
  case groupCreated = "group.created"
  case groupUpdated = "group.updated"
  case groupDeleted = "group.deleted"
  /// Of a user, as the other three of members.
  case memberAdded = "group.member_added"
  /// The membership ends at another time.
  case memberChanged = "group.member_changed"
  case memberRemoved = "group.member_removed"
  case memberExpired = "group.member_expired"
  /// One call, beside the events of the users.
  case membersAdded = "group.members_added"
  case membersRemoved = "group.members_removed"
  case userGroupsSet = "user.groups_set"
  case serviceTokenCreated = "service_token.created"
  case serviceTokenRevoked = "service_token.revoked"
  /// Roster's own API said no; written at most once a minute for each principal, method and reason.
  case callRefused = "call.refused"
}
