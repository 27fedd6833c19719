/// One audited fact. It is written in the transaction it tells of, and never changes.
package struct Event: Hashable, Sendable {
  package let id: EventID
  /// The nil UUID for what concerns the installation.
  package let organization: OrganizationID
  /// The transaction's time; the id's time is the same.
  package let at: Timestamp
  package let actor: Principal
  package let action: EventAction
  package let target: EventTarget
  package var outcome = EventOutcome.succeeded
  /// A reason code, never a person's text.
  package var reason: String?
  package var requestID: RequestID?
  /// 16 octets (W3C Trace Context).
  package var traceID: [UInt8]?
  /// Sealed with the key of the actor, which may be erased alone.
  package var actorDetails: [UInt8]?
  /// Sealed with the key of the target.
  package var targetDetails: [UInt8]?

  package init(
    id: EventID, organization: OrganizationID, at: Timestamp, actor: Principal,
    action: EventAction, target: EventTarget
  ) {
    self.id = id
    self.organization = organization
    self.at = at
    self.actor = actor
    self.action = action
    self.target = target
  }
}

/// What an event is about.
package struct EventTarget: Hashable, Sendable {
  package let kind: Kind
  package let id: UUID128

  package enum Kind: String, Sendable, CaseIterable {
    case organization, company, user, role, group
    /// The installation's permissions; its id is the nil UUID.
    case catalogue
    case serviceToken = "service_token"
    /// A method that was refused; its id is the organization's.
    case method
  }

  package init(_ kind: Kind, _ id: UUID128) {
    self.kind = kind
    self.id = id
  }
}

package enum EventOutcome: String, Sendable, CaseIterable {
  case succeeded, refused
}
