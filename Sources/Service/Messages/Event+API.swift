import API
import Domain
import SwiftProtobuf

extension Roster_V1_Event {
  init(_ event: EventRecord, _ opened: OpenedDetails) {
    self.init()
    organizationID = event.organization.text
    eventID = event.id.text
    time = Google_Protobuf_Timestamp(event.at)
    actor = Roster_V1_EventParty(event.actor, opened.actor(of: event))
    action = event.action
    target = Roster_V1_EventParty(event.target, opened.target(of: event))
    outcome = Roster_V1_EventOutcome(event.outcome)
    reason = event.reason ?? ""
    requestID = event.requestID?.text ?? ""
    traceID = event.traceID.map { Hexadecimal.text($0) } ?? ""
    revision = event.revision.text
  }
}

extension Roster_V1_EventParty {
  fileprivate init(_ party: EventRecord.Party, _ opened: OpenedDetails.Outcome) {
    self.init()
    kind = party.kind
    id = party.id.text
    switch opened {
    case .none: break
    case .opened(let value): details = Google_Protobuf_Struct(value)
    case .erased: erased = true
    case .unreadable: unreadable = true
    }
  }
}

extension Roster_V1_EventOutcome {
  fileprivate init(_ text: String) {
    self =
      switch EventOutcome(rawValue: text) {
      case .succeeded: .succeeded
      case .refused: .refused
      case nil: .unspecified
      }
  }
}

extension Google_Protobuf_Struct {
  /// Empty for a value that is no object; details always are one.
  init(_ value: JSONValue) {
    self.init()
    if case .object(let members) = value {
      fields = members.mapValues { Google_Protobuf_Value($0) }
    }
  }
}

extension Google_Protobuf_Value {
  fileprivate init(_ value: JSONValue) {
    self.init()
    switch value {
    case .null: nullValue = .nullValue
    case .bool(let flag): boolValue = flag
    case .number(let number): numberValue = number
    case .string(let text): stringValue = text
    case .array(let values): listValue.values = values.map { Google_Protobuf_Value($0) }
    case .object: structValue = Google_Protobuf_Struct(value)
    }
  }
}
