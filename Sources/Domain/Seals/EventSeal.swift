/// A link of an organization's chain. It covers the events up to its position that the seal before
/// it does not, and tells by digest what they were.
package struct EventSeal: Hashable, Sendable {
  package let organization: OrganizationID
  /// 1, 2, … in each organization, without gaps.
  package let number: Int64
  package let position: SealPosition
  package let eventCount: Int64
  /// The time of the transaction that read the events.
  package let at: Timestamp
  /// 32 bytes; zeros for the first seal.
  package let previousDigest: [UInt8]
  /// 32 bytes of SHA-256.
  package let digest: [UInt8]

  /// What ``previousDigest`` is of the first seal.
  package static let noDigest = [UInt8](repeating: 0, count: 32)

  package init(
    _ place: Place, position: SealPosition, eventCount: Int64, at: Timestamp, digest: [UInt8]
  ) {
    organization = place.organization
    number = place.number
    previousDigest = place.previousDigest
    self.position = position
    self.eventCount = eventCount
    self.at = at
    self.digest = digest
  }

  /// Where in its chain a seal stands.
  package struct Place: Hashable, Sendable {
    package let organization: OrganizationID
    package let number: Int64
    package let previousDigest: [UInt8]

    package init(organization: OrganizationID, number: Int64, previousDigest: [UInt8]) {
      self.organization = organization
      self.number = number
      self.previousDigest = previousDigest
    }

    /// After `seal`; nil: the first of `organization`.
    package init(after seal: EventSeal?, in organization: OrganizationID) {
      self.init(
        organization: organization, number: (seal?.number ?? 0) + 1,
        previousDigest: seal?.digest ?? EventSeal.noDigest)
    }
  }
}
