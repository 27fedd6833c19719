/// Names a role within its organization; its key is what people and files call it.
package struct RoleID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
