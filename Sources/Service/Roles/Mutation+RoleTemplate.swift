import Domain
import Postgres
import Store

extension Mutation {
  /// Creates the roles of a template, with the rights that the installation's catalogue knows. They
  /// are part of what they are made for, whose event names their keys.
  /// - Parameters:
  ///   - catalogue: read in flush 1.
  ///   - taken: keys that the organization's roles have already; these are left alone.
  /// - Returns: the keys of those created.
  mutating func addRoles(
    of template: OrganizationSettings.RoleTemplate, to organization: OrganizationID,
    _ catalogue: Pending<ListPermissions>, except taken: Set<RoleKey> = []
  ) throws(ServiceFailure) -> [RoleKey] {
    let permissions = try rows(catalogue)
    var added: [RoleKey] = []
    for predefined in template.roles where !taken.contains(predefined.key) {
      let content = Role.Content(
        name: predefined.name, description: predefined.description, rank: predefined.rank,
        rights: predefined.rights.limited(to: permissions))
      let role = Role(
        Role.Origin(
          id: makeID(), organization: organization, key: predefined.key,
          aliases: predefined.aliases, kind: .predefined, createdAt: now),
        content: content, version: 1, updatedAt: now)
      changes.add(InsertRole(role))
      added.append(role.key)
    }
    return added
  }
}
