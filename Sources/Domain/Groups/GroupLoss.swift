/// What one member loses with a group.
package struct GroupLoss: Hashable, Sendable {
  package let user: UserID
  package let displayName: Name
  package let email: EmailAddress
  /// Roles that the user has by this group only.
  package let roles: [RoleID]
  /// What the user could do by those roles only.
  package let rights: Rights

  package init(
    user: UserID, displayName: Name, email: EmailAddress, roles: [RoleID],
    rights: Rights
  ) {
    self.user = user
    self.displayName = displayName
    self.email = email
    self.roles = roles
    self.rights = rights
  }
}
