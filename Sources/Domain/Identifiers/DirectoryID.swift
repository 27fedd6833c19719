/// Names a directory that provisions users and groups; never used again after deletion.
package struct DirectoryID: ResourceID {
  package let uuid: UUID128
  @inlinable package init(_ uuid: UUID128) { self.uuid = uuid }
}
