/// Names a group within its organization; never used again after deletion.
package struct GroupID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
