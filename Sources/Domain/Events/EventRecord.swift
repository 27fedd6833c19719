/// An event as it is read: with the words of whichever version wrote it.
package struct EventRecord: Hashable, Sendable {
  package let id: EventID
  package let organization: OrganizationID
  /// Of the transaction that wrote it.
  package let revision: Revision
  package let at: Timestamp
  package let actor: Party
  package let action: String
  package let target: Party
  package let outcome: String
  package let reason: String?
  package let requestID: RequestID?
  /// 16 octets.
  package let traceID: [UInt8]?

  /// The actor or the target, with what was sealed about it.
  package struct Party: Hashable, Sendable {
    package let kind: String
    package let id: UUID128
    package let sealedDetails: [UInt8]?

    package init(kind: String, id: UUID128, sealedDetails: [UInt8]?) {
      self.kind = kind
      self.id = id
      self.sealedDetails = sealedDetails
    }

    /// Whose key sealed the details; nil: the key ring did.
    package var subject: UserID? {
      kind == Principal.Kind.user.rawValue ? UserID(id) : nil
    }
  }

  /// The call that it tells of.
  package struct Origin: Hashable, Sendable {
    package let reason: String?
    package let requestID: RequestID?
    package let traceID: [UInt8]?

    package init(reason: String?, requestID: RequestID?, traceID: [UInt8]?) {
      self.reason = reason
      self.requestID = requestID
      self.traceID = traceID
    }
  }

  /// What names it.
  package struct Place: Hashable, Sendable {
    package let id: EventID
    package let organization: OrganizationID
    package let revision: Revision
    package let at: Timestamp

    package init(
      id: EventID, organization: OrganizationID, revision: Revision, at: Timestamp
    ) {
      self.id = id
      self.organization = organization
      self.revision = revision
      self.at = at
    }
  }

  package init(
    _ place: Place, actor: Party, action: String, target: Party, outcome: String, origin: Origin
  ) {
    id = place.id
    organization = place.organization
    revision = place.revision
    at = place.at
    self.actor = actor
    self.action = action
    self.target = target
    self.outcome = outcome
    reason = origin.reason
    requestID = origin.requestID
    traceID = origin.traceID
  }
}
