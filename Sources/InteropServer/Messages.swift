import API
import Foundation
import RPC
import SwiftProtobuf

extension RequestMessage {
  func decoded<Message: SwiftProtobuf.Message>(
    as type: Message.Type = Message.self
  ) throws(Status) -> Message {
    try Message(decoding: self)
  }
}

extension RequestMessage {
  /// - Throws: INVALID_ARGUMENT when the message came otherwise than it says of itself.
  func check(_ expected: Grpc_Testing_BoolValue) throws(Status) {
    guard expected.value != isCompressed else { return }
    throw .invalidArgument(
      reason: "COMPRESSION_UNEXPECTED",
      "the message \(isCompressed ? "is" : "is not") compressed, and says otherwise")
  }
}

extension ResponseMessage {
  /// The message, compressed only when that is asked for: payloads are zeros, and no test would
  /// see a window fill.
  func compressed(_ wanted: Grpc_Testing_BoolValue) -> ResponseMessage {
    ResponseMessage(bytes, compression: wanted.value ? .on : .off)
  }
}

extension Grpc_Testing_Payload {
  /// - Throws: INVALID_ARGUMENT for a size that no message may have.
  static func zeros(_ size: Int32) throws(Status) -> Grpc_Testing_Payload {
    guard (0...(64 << 20)).contains(size) else {
      throw .invalidArgument(reason: "SIZE_INVALID", "a payload of \(size) bytes")
    }
    var payload = Grpc_Testing_Payload()
    payload.body = Data(count: Int(size))
    return payload
  }
}

extension Grpc_Testing_EchoStatus {
  /// - Throws: the status that the caller asked for, unless it is OK.
  func throwIfError() throws(Status) {
    guard code != 0 else { return }
    throw Status(code: StatusCode(rawValue: UInt8(clamping: code)) ?? .unknown, message: message)
  }
}
