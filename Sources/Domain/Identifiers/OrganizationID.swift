/// Names an organization; first in the key of everything it owns.
package struct OrganizationID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
