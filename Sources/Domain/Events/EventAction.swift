/// What happened; the raw value is stored and published, so it never changes.
package enum EventAction: String, Sendable, CaseIterable {
  case organizationCreated = "organization.created"
  case organizationSettingsUpdated = "organization.settings_updated"
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
  case serviceTokenCreated = "service_token.created"
  case serviceTokenRevoked = "service_token.revoked"
  /// Roster's own API said no; written at most once a minute for each principal, method and reason.
  case callRefused = "call.refused"
}
