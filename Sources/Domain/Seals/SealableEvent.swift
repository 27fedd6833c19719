/// An event as its seal sees it.
package struct SealableEvent: Hashable, Sendable {
  package let organization: OrganizationID
  package let id: EventID
  package let epoch: Int32
  package let xid: UInt64
  /// Every column in the order of the table: its length as 4 bytes, big-endian, and its value as
  /// PostgreSQL sends it in binary; NULL is a length of -1.
  package let canonicalBytes: [UInt8]

  package init(
    organization: OrganizationID, id: EventID, epoch: Int32, xid: UInt64, canonicalBytes: [UInt8]
  ) {
    self.organization = organization
    self.id = id
    self.epoch = epoch
    self.xid = xid
    self.canonicalBytes = canonicalBytes
  }
}
