package import Domain

/// Why the life of a user, or of a part of an organization, doesn't go that way.
package enum LifeRefusal: Hashable, Sendable {
  case companyNotEmpty
  case companiesOff
  /// - Parameter because: completes "settings.company_mode …".
  case settingsNotMet(field: String, because: String)
  /// - Parameter because: as above.
  case settingsContradictory(field: String, because: String)
  case userInvited
  case userNotInactive
  case inactiveTooShort(days: Int)
  case deletionModeNotAllowed(OrganizationSettings.DeletionMode)
  case stepUpRequired
  case confirmationMismatch(field: String)
  case emailNotOfUser(String)
  case domainInvalid
  case challengeNotFound(name: String)
  case nameServersUnavailable
}
