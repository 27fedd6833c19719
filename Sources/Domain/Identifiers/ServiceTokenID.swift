/// Names a service token: a public id, not the secret.
package struct ServiceTokenID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
