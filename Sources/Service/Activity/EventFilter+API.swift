import API
import Domain
import RPC
import SwiftProtobuf

extension EventFilter {
  /// Nil when no event can satisfy it, since its time is empty.
  init?(_ request: Roster_V1_EventFilter) throws(ServiceFailure) {
    self.init()
    let actorID: UserID? = try readOptionalID(request.actorID, field: "filter.actor_id")
    let targetID: UserID? = try readOptionalID(request.targetID, field: "filter.target_id")
    actor = actorID?.uuid
    target = targetID?.uuid
    user = try readOptionalID(request.userID, field: "filter.user_id")
    if !request.action.isEmpty {
      actions = EventAction.named(by: request.action)
      guard !actions.isEmpty else {
        throw .fault(
          .invalid(
            field: "filter.action",
            because: "must be an action, or a resource with a point at its end"))
      }
    }
    switch request.outcome {
    case .unspecified: outcome = nil
    case .succeeded: outcome = .succeeded
    case .refused: outcome = .refused
    case .UNRECOGNIZED:
      throw .fault(.invalid(field: "filter.outcome", because: "must be one of its enum's values"))
    }
    let start = try readTime(
      request.hasStartTime ? request.startTime : nil, field: "filter.start_time")
    let end = try readTime(request.hasEndTime ? request.endTime : nil, field: "filter.end_time")
    guard narrow(from: start, before: end) else { return nil }
  }

  private func readOptionalID(
    _ text: String, field: String
  ) throws(ServiceFailure) -> UserID? {
    text.isEmpty ? nil : try readID(text, field: field)
  }
}

extension Roster_V1_EventFilter {
  /// Its bytes as text, to which page tokens are bound.
  var pageArgument: String {
    get throws(ServiceFailure) {
      do throws(Status) {
        return Hexadecimal.text(try deterministicBytes())
      } catch {
        throw .wire(error)
      }
    }
  }
}
