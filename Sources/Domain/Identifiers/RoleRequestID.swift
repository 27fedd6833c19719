/// Names a person's wish for a role, from asking to decision.
package struct RoleRequestID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
