/// Names an event; its version 7 time decides the monthly partition it is kept in.
package struct EventID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
