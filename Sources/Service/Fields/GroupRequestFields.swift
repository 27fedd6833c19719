import API
import Domain
import SwiftProtobuf

// Readers of fields of groups' requests.

func readDescription(_ text: String) throws(ServiceFailure) -> Description {
  let field = "group.description"
  do throws(Description.Refusal) {
    return try Description(text)
  } catch {
    switch error {
    case .tooLong:
      throw .fault(
        .over(.textCodePoints(DataLimits.descriptionCodePointsMax), field: field))
    case .controlCharacter:
      throw .fault(.invalid(field: field, because: "must not hold control characters"))
    }
  }
}

/// The ids of a batch, each once, in the order of the request.
/// - Throws: BATCH_TOO_LARGE for over 1,000, FIELD_REQUIRED for none.
func readBatch<ID: ResourceID>(
  _ texts: [String], field: String, as type: ID.Type = ID.self
) throws(ServiceFailure) -> [ID] {
  guard !texts.isEmpty else { throw .fault(.required(field: field)) }
  guard texts.count <= DataLimits.batchMax else {
    throw .fault(.over(.batchItems(DataLimits.batchMax), field: field))
  }
  return try readDistinct(texts, field: field)
}

/// Ids, each once, in the order of the request.
func readDistinct<ID: ResourceID>(
  _ texts: [String], field: String, as type: ID.Type = ID.self
) throws(ServiceFailure) -> [ID] {
  var ids: [ID] = []
  var seen: Set<ID> = []
  for (index, text) in texts.enumerated() {
    let id: ID = try readID(text, field: "\(field)[\(index)]")
    if seen.insert(id).inserted { ids.append(id) }
  }
  return ids
}

/// When a membership shall end; nil: never.
struct MembershipExpiry {
  let instant: Timestamp?

  private static let field = "expire_time"

  init(_ time: Google_Protobuf_Timestamp?) throws(ServiceFailure) {
    guard let time else {
      instant = nil
      return
    }
    guard let instant = Timestamp(seconds: time.seconds, nanoseconds: time.nanos) else {
      throw .fault(.timeInvalid(field: Self.field, because: "is no time"))
    }
    self.instant = instant
  }

  /// - Throws: TIME_INVALID when it is not after `now`, the transaction's time.
  func require(after now: Timestamp) throws(ServiceFailure) {
    guard instant.map({ now < $0 }) ?? true else {
      throw .fault(.timeInvalid(field: Self.field, because: "must be in the future"))
    }
  }
}
