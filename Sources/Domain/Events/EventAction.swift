/// What happened; the raw value is stored and published, so it never changes.
package enum EventAction: String, Sendable, CaseIterable {
  case organizationCreated = "organization.created"
  case organizationSettingsUpdated = "organization.settings_updated"
  case userCreated = "user.created"
  case userUpdated = "user.updated"
  case userLocked = "user.locked"
  case userUnlocked = "user.unlocked"
  case serviceTokenCreated = "service_token.created"
  case serviceTokenRevoked = "service_token.revoked"
  /// Roster's own API said no; written at most once a minute for each principal, method and reason.
  case callRefused = "call.refused"
}
