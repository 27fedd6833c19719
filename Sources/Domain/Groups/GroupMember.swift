/// A user as a list of a group's members shows it.
package struct GroupMember: Hashable, Sendable {
  package let user: UserID
  package let displayName: Name
  package let email: EmailAddress
  package let avatarURL: AvatarURL
  package let membership: MembershipSummary

  package init(
    user: UserID, displayName: Name, email: EmailAddress, avatarURL: AvatarURL,
    membership: MembershipSummary
  ) {
    self.user = user
    self.displayName = displayName
    self.email = email
    self.avatarURL = avatarURL
    self.membership = membership
  }
}

/// A group as a list of one user's groups shows it.
package struct GroupOfUser: Hashable, Sendable {
  package let group: GroupID
  package let name: Name
  package let description: Description
  package let isLocal: Bool
  package let membership: MembershipSummary

  package init(
    group: GroupID, name: Name, description: Description, isLocal: Bool,
    membership: MembershipSummary
  ) {
    self.group = group
    self.name = name
    self.description = description
    self.isLocal = isLocal
    self.membership = membership
  }
}

/// What all sources together say of one user in one group now.
package struct MembershipSummary: Hashable, Sendable {
  /// The earliest.
  package let joinedAt: Timestamp
  /// In the order of ``MembershipSource``'s cases, each once.
  package let sources: [MembershipSource]
  /// When the last of them ends; nil: never.
  package let expiresAt: Timestamp?
  /// All of them are.
  package let isSuspended: Bool

  package init(
    joinedAt: Timestamp, sources: Set<MembershipSource>, expiresAt: Timestamp?, isSuspended: Bool
  ) {
    self.joinedAt = joinedAt
    self.sources = MembershipSource.allCases.filter(sources.contains)
    self.expiresAt = expiresAt
    self.isSuspended = isSuspended
  }
}
