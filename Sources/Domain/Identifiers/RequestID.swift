/// The caller's key of one mutation (AIP-155): any UUID in canonical text, kept for 24 hours.
package struct RequestID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
