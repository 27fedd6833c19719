/// Names a message in the outbox; the delivery's Message-ID is derived from it.
package struct OutboxID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
