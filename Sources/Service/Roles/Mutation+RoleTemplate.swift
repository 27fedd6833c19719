import Domain
import Postgres
import Store

extension Mutation {
  /// Creates the roles of a template, with the rights that the installation's catalogue knows. They
  /// are part of what they are made for, whose event names their keys.
  /// - Parameters:
  ///   - catalogue: read in flush 1.
  ///   - present: the organization's roles; those whose keys are taken are left alone.
  /// - Returns: the keys of those created.
  /// - Throws: what would be more roles than an organization may have, or a name that is taken.
  mutating func addRoles(
    of template: OrganizationSettings.RoleTemplate, to organization: OrganizationID,
    _ catalogue: Pending<ListPermissions>, beside present: [Role] = []
  ) throws(ServiceFailure) -> [RoleKey] {
    let permissions = try rows(catalogue)
    let taken = Set(present.map(\.key))
    let added = template.roles.filter { !taken.contains($0.key) }
    guard present.count + added.count <= DataLimits.rolesPerOrganizationMax else {
      throw .role(.tooManyRoles)
    }
    let names = Set(present.map { $0.content.name.text.lowercased() })
    for predefined in added {
      guard !names.contains(predefined.name.text.lowercased()) else {
        throw .taken(.roleName(predefined.name.text))
      }
      changes.add(
        InsertRole(
          predefined.made(makeID(), in: organization, limitedTo: permissions, at: now)))
    }
    return added.map(\.key)
  }
}
