import Domain

extension RoleRequest {
  /// As an event keeps it.
  var eventDetails: JSONValue {
    var members: [String: JSONValue] = [
      "role_request_id": .string(id.text), "role_id": .string(role.text),
      "justification": .string(justification.text),
    ]
    if let wantedFor {
      members["duration_seconds"] = .number(Double(wantedFor.components.seconds))
    }
    if let decision {
      if !decision.reason.text.isEmpty { members["reason"] = .string(decision.reason.text) }
      if let grant = decision.grant { members["grant_id"] = .string(grant.text) }
    }
    return .object(members)
  }
}
