/// What callers write about a user.
package struct UserProfile: Hashable, Sendable {
  package var email: EmailAddress
  package var givenName: Name
  package var familyName: Name
  /// Empty: derived, see ``shownName``.
  package var displayName: Name
  package var externalID: ExternalID?
  /// Unset: the organization's.
  package var locale: LanguageTag
  package var avatarURL: AvatarURL
  package var attributes: UserAttributes
  /// The part of the organization that the user belongs to.
  package var company: CompanyID?

  package init(
    email: EmailAddress, givenName: Name = .empty, familyName: Name = .empty,
    displayName: Name = .empty
  ) {
    self.email = email
    self.givenName = givenName
    self.familyName = familyName
    self.displayName = displayName
    locale = .unset
    avatarURL = .unset
    attributes = .empty
  }

  /// What people call the user: the display name, else given and family name.
  package var shownName: String {
    if !displayName.text.isEmpty { return displayName.text }
    if givenName.text.isEmpty { return familyName.text }
    if familyName.text.isEmpty { return givenName.text }
    return "\(givenName.text) \(familyName.text)"
  }

  /// Takes the values of `fields` from `other`.
  package mutating func apply(_ other: UserProfile, fields: Set<UserField>) {
    for field in fields {
      switch field {
      case .email: email = other.email
      case .givenName: givenName = other.givenName
      case .familyName: familyName = other.familyName
      case .displayName: displayName = other.displayName
      case .externalID: externalID = other.externalID
      case .locale: locale = other.locale
      case .avatarURL: avatarURL = other.avatarURL
      case .attributes: attributes = other.attributes
      case .company: company = other.company
      }
    }
  }
}

/// A field of ``UserProfile``; its raw value is its path in an update mask.
package enum UserField: String, Sendable, CaseIterable {
  case email
  case givenName = "given_name"
  case familyName = "family_name"
  case displayName = "display_name"
  case externalID = "external_id"
  case locale
  case avatarURL = "avatar_url"
  case attributes
  case company = "company_id"
}

extension UserProfile {
  func differs(from other: UserProfile, in field: UserField) -> Bool {
    switch field {
    case .email: email != other.email
    case .givenName: givenName != other.givenName
    case .familyName: familyName != other.familyName
    case .displayName: displayName != other.displayName
    case .externalID: externalID != other.externalID
    case .locale: locale != other.locale
    case .avatarURL: avatarURL != other.avatarURL
    case .attributes: attributes != other.attributes
    case .company: company != other.company
    }
  }
}
