/// Names one e-mail address of a user.
package struct EmailID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
