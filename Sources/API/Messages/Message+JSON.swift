package import RPC
package import SwiftProtobuf

/// The canonical JSON of protobuf (protobuf.dev, "ProtoJSON Format").
extension Message {
  /// Decodes JSON, in which a field that the type does not have is an error.
  /// - Throws: INVALID_ARGUMENT MESSAGE_MALFORMED, which names that field, or what is wrong.
  package init(json bytes: UnsafeRawBufferPointer) throws(Status) {
    do {
      try self.init(jsonUTF8Bytes: BorrowedBytes(bytes))
    } catch {
      throw Status.malformedJSON(Self.protoMessageName, error as? JSONDecodingError ?? .failure)
    }
  }

  /// JSON without white space; maps in the order of their keys.
  /// - Throws: INTERNAL for a message that JSON can't carry, such as a time before the year 1.
  func json() throws(Status) -> [UInt8] {
    do {
      var options = JSONEncodingOptions()
      options.useDeterministicOrdering = true
      return try jsonUTF8Bytes(options: options)
    } catch {
      throw Status.unencodable(Self.protoMessageName)
    }
  }
}

extension Status {
  fileprivate static func malformedJSON(
    _ messageName: String, _ error: JSONDecodingError
  ) -> Status {
    let reason = ErrorReason.messageMalformed.text
    guard case .unknownField(let name) = error else {
      return .invalidArgument(
        reason: reason, "the message is not valid JSON of a \(messageName): \(error.text)",
        metadata: ["message": messageName])
    }
    let field = String(name.prefix(128))
    return .invalidArgument(
      reason: reason, field: field, "\(messageName) has no field \"\(field)\"",
      metadata: ["message": messageName, "field": field])
  }
}

extension JSONDecodingError {
  fileprivate var text: String {
    switch self {
    case .malformedNumber, .leadingZero: "a number is malformed"
    case .numberRange: "a number is out of its range, or is not whole"
    case .malformedMap: "an object is malformed"
    case .malformedBool: "neither true nor false"
    case .malformedString: "a string is missing, or has a malformed escape"
    case .invalidUTF8: "its text is not UTF-8"
    case .unrecognizedEnumValue: "an enum has no such value"
    case .illegalNull: "null where there must be a value"
    case .unquotedMapKey: "the key of an object is not in quotes"
    case .truncated: "it ends too early"
    case .malformedDuration: "a duration is not like 1.5s"
    case .malformedTimestamp: "a time is not like 2006-01-02T15:04:05Z"
    case .malformedFieldMask: "a field mask is not like displayName,email"
    case .trailingGarbage: "something follows after its end"
    case .conflictingOneOf: "several fields of which there may be one"
    case .messageDepthLimit: "objects within objects, too deep"
    case .schemaMismatch, .missingFieldNames, .failure, .unknownField:
      "its values are not of the right kinds"
    }
  }
}
