import Domain
import Postgres
import Store

extension Mutation {
  /// Creates the roles of a template, with the rights that the installation's catalogue knows.
  /// - Parameters:
  ///   - catalogue: read in flush 1.
  ///   - taken: keys that the organization's roles have already; these are left alone.
  mutating func addRoles(
    of template: OrganizationSettings.RoleTemplate, to organization: OrganizationID,
    _ catalogue: Pending<ListPermissions>, except taken: Set<RoleKey> = []
  ) throws(ServiceFailure) {
    let permissions = try rows(catalogue)
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
      record(
        .roleCreated, EventTarget(.role, role.id.uuid), role.eventDetails, in: organization)
    }
  }
}

extension Role {
  /// As an event keeps it.
  var eventDetails: JSONValue {
    .object([
      "key": .string(key.text), "name": .string(content.name.text),
      "rank": .number(Double(content.rank)),
      "rights": .array(content.rights.sorted.map { .string($0.text) }),
    ])
  }
}
