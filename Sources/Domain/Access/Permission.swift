/// One permission of the installation's catalogue.
package struct Permission: Hashable, Sendable {
  package let name: PermissionName
  /// Its bit in the masks of checks, 0…255; never used again.
  package let position: Int
  package let description: Description
  /// The scopes in which roles may hold it.
  package let scopes: Set<PermissionScope>
  /// Of Roster's own API; the others are of the products it serves.
  package let isBuiltIn: Bool
  /// No longer in the operator's file: roles that hold it keep it, and no other gets it.
  package let isRetired: Bool

  /// Permissions of an installation.
  package static let countMax = 256

  package init(
    name: PermissionName, position: Int, description: Description, scopes: Set<PermissionScope>,
    isBuiltIn: Bool, isRetired: Bool
  ) {
    self.name = name
    self.position = position
    self.description = description
    self.scopes = scopes
    self.isBuiltIn = isBuiltIn
    self.isRetired = isRetired
  }
}

extension Rights {
  /// Those of them that roles may hold by this catalogue.
  package func limited(to catalogue: [Permission]) -> Rights {
    let scopes = Dictionary(
      catalogue.filter { !$0.isRetired }.map { ($0.name, $0.scopes) },
      uniquingKeysWith: { first, _ in first })
    return Rights(sorted.filter { scopes[$0.permission, default: []].contains($0.scope) })
  }
}
