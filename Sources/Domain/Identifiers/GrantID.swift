/// Names one giving of a role to a user or a group; it stays when the grant is revoked.
package struct GrantID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
