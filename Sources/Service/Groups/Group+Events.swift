import Domain

extension Group {
  /// The values of `fields`.
  func eventDetails(_ fields: some Sequence<GroupField>) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for field in fields {
      switch field {
      case .name: members[field.rawValue] = .string(self.fields.name.text)
      case .description: members[field.rawValue] = .string(self.fields.description.text)
      }
    }
    return .object(members)
  }

  /// What went with it: its grants are no more, so the event names their roles.
  var deletionDetails: JSONValue {
    .object([
      "name": .string(fields.name.text), "members": .number(Double(memberCount)),
      "role_ids": .array(roles.map { .string($0.id.text) }),
    ])
  }

  /// What an event of a member says of the group.
  func memberDetails(_ more: [String: JSONValue]) -> JSONValue {
    .object(
      more.merging([
        "group_id": .string(id.text), "group": .string(fields.name.text),
      ]) { own, _ in own })
  }
}
