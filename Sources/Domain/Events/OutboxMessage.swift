/// A message that a transaction decided to send; a worker delivers it later.
package struct OutboxMessage: Hashable, Sendable {
  package let id: OutboxID
  package let organization: OrganizationID
  package let kind: Kind
  package let template: Template
  /// Whom the message is about; erasing them erases it.
  package let subject: UserID
  /// What the template needs, sealed with the subject's key.
  package let sealedPayload: [UInt8]
  package let createdAt: Timestamp

  package enum Kind: String, Sendable, CaseIterable {
    case email, webhook
  }

  package enum Template: String, Sendable, CaseIterable {
    case userCreated = "user_created"
    case userUpdated = "user_updated"
    case userLocked = "user_locked"
    case userUnlocked = "user_unlocked"
    case userDeactivated = "user_deactivated"
    case userReactivated = "user_reactivated"
    case userDeleted = "user_deleted"
    case userUndeleted = "user_undeleted"
  }

  /// An e-mail.
  package init(
    id: OutboxID, organization: OrganizationID, template: Template, subject: UserID,
    sealedPayload: [UInt8], at instant: Timestamp
  ) {
    self.id = id
    self.organization = organization
    self.template = template
    self.subject = subject
    self.sealedPayload = sealedPayload
    kind = .email
    createdAt = instant
  }
}
