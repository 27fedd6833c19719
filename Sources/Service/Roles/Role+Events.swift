import Domain
import Postgres

extension Role {
  /// As an event keeps it.
  var eventDetails: JSONValue { .object(eventMembers) }

  /// What it was and is.
  func eventDetails(before: Role) -> JSONValue {
    .object(["before": before.eventDetails, "after": eventDetails])
  }

  private var eventMembers: [String: JSONValue] {
    [
      "key": .string(key.text), "name": .string(content.name.text),
      "description": .string(content.description.text),
      "rank": .number(Double(content.rank)),
      "rights": .array(content.rights.sorted.map { .string($0.text) }),
    ]
  }
}

extension ServiceFailure {
  /// What a unique index says of a role, named as callers know it.
  func ofRole(name: String, key: String = "") -> ServiceFailure {
    guard case .database(let error) = self, case .uniqueViolation(let constraint) = error else {
      return self
    }
    return switch constraint {
    case "roles_name": .taken(.roleName(name))
    case "roles_key": .taken(.roleKey(key))
    default: self
    }
  }
}
