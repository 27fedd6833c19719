package import RPC
package import SwiftProtobuf

extension Message {
  /// Decodes one message of a peer, in its codec. Unknown fields of protobuf are dropped, those of
  /// JSON refused: there they are misspelt, not new.
  ///
  /// - Throws: INVALID_ARGUMENT MESSAGE_MALFORMED: what a caller gets wrong is no fault of ours.
  package init(decoding message: RequestMessage) throws(Status) {
    self = try message.withUnsafeBytes { bytes throws(Status) in
      if message.codec == .proto { try Self(decoding: bytes) } else { try Self(json: bytes) }
    }
  }

  /// As ``init(decoding:)`` for bytes.
  package init(decoding bytes: UnsafeRawBufferPointer) throws(Status) {
    do {
      var options = BinaryDecodingOptions()
      options.discardUnknownFields = true
      try self.init(serializedBytes: BorrowedBytes(bytes), options: options)
    } catch {
      throw Status.malformed(Self.protoMessageName)
    }
  }

  /// The bytes of an answer, always the same for the same message.
  /// - Throws: INTERNAL when it is over 2 GiB.
  package func encoded(as codec: MessageCodec = .proto) throws(Status) -> ResponseMessage {
    ResponseMessage(codec == .proto ? try deterministicBytes() : try json())
  }

  /// The same bytes for the same message, whatever the order in which its maps were filled.
  /// - Throws: INTERNAL when it is over 2 GiB.
  package func deterministicBytes() throws(Status) -> [UInt8] {
    do {
      var options = BinaryEncodingOptions()
      options.useDeterministicOrdering = true
      return try serializedBytes(options: options)
    } catch {
      throw Status.unencodable(Self.protoMessageName)
    }
  }
}

extension Status {
  package static func malformed(_ messageName: String) -> Status {
    .invalidArgument(
      reason: ErrorReason.messageMalformed.text, "the message is not a valid \(messageName)",
      metadata: ["message": messageName])
  }

  package static func unencodable(_ messageName: String) -> Status {
    .internal(
      reason: ErrorReason.internalError.text, "the answer does not fit into a \(messageName)",
      metadata: ["message": messageName])
  }
}
