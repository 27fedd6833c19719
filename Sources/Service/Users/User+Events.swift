import Domain

extension User {
  /// The values of `fields`, as an event keeps them under the user's key.
  func eventDetails(_ fields: some Sequence<UserField>) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for field in fields {
      if field == .email, let pendingEmail {
        members["pending_email"] = .string(pendingEmail.text)
      }
      let value = profile.eventValue(of: field)
      if value != .string("") { members[field.rawValue] = value }
    }
    return .object(members)
  }

  /// What `fields` were and are.
  func eventDetails(_ fields: Set<UserField>, before: User) -> JSONValue {
    .object([
      "before": before.eventDetails(fields), "after": eventDetails(fields),
      "fields": .array(fields.map(\.rawValue).sorted().map { .string($0) }),
    ])
  }
}

extension UserProfile {
  fileprivate func eventValue(of field: UserField) -> JSONValue {
    switch field {
    case .email: .string(email.text)
    case .givenName: .string(givenName.text)
    case .familyName: .string(familyName.text)
    case .displayName: .string(displayName.text)
    case .externalID: .string(externalID?.text ?? "")
    case .company: .string(company?.text ?? "")
    case .locale: .string(locale.text)
    case .avatarURL: .string(avatarURL.text)
    case .attributes:
      attributes.values.isEmpty
        ? .string("") : .object(attributes.values.mapValues { .string($0) })
    }
  }
}
