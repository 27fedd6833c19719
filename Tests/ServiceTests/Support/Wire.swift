import API
import EventLoop
import Foundation
import HTTP2
import RPC

/// What a client saw of one call, before anything is made of it.
struct Reply: Sendable {
  var body: [UInt8] = []
  var fields: [(name: String, value: String)] = []

  func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// The one message; nil when there is none.
  var message: [UInt8]? { body.count >= 5 ? Array(body.dropFirst(5)) : nil }

  /// Every message of a stream, in order.
  var messages: [[UInt8]] {
    var messages: [[UInt8]] = []
    var rest = body[...]
    while rest.count >= 5 {
      let count = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
      messages.append(Array(rest.dropFirst(5).prefix(count)))
      rest = rest.dropFirst(5 + count)
    }
    return messages
  }

  /// Everything of the answer that a caller can tell apart, in one text.
  var everything: String {
    let lines = fields.map { field in
      let isDetails = field.name == "grpc-status-details-bin"
      return "\(field.name): \(isDetails ? details.map(\.readable).joined() : field.value)"
    }
    return lines.joined(separator: "\n") + "\n\(body)"
  }

  private var details: [WireField] {
    guard let text = field("grpc-status-details-bin") else { return [] }
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    return WireField.parse(Array(Data(base64Encoded: text + padding) ?? Data()))
  }

  /// The status that the trailers tell, with its ErrorInfo and BadRequest.
  var status: Status {
    let code = field("grpc-status").flatMap { Int($0) }.flatMap { StatusCode(rawValue: UInt8($0)) }
    var status = Status(code: code ?? .unknown, message: field("grpc-message") ?? "")
    for any in details where any.number == 3 {
      let members = WireField.parse(any.bytes)
      let type = members.first { $0.number == 1 }?.text ?? ""
      let value = WireField.parse(members.first { $0.number == 2 }?.bytes ?? [])
      switch type {
      case "type.googleapis.com/google.rpc.ErrorInfo":
        let reason = value.first { $0.number == 1 }?.text ?? ""
        status.details.append(
          .errorInfo(
            reason: reason, domain: value.first { $0.number == 2 }?.text ?? "",
            metadata: Self.map(value)))
      case "type.googleapis.com/google.rpc.BadRequest":
        let fields = value.map { WireField.parse($0.bytes).first?.text ?? "" }
        status.details.append(
          .badRequest(fields.map { FieldViolation(field: $0, description: "") }))
      case "type.googleapis.com/google.rpc.RetryInfo":
        status.details.append(.retryInfo(delay: .zero))
      default: break
      }
    }
    return status
  }

  private static func map(_ fields: [WireField]) -> [String: String] {
    var entries: [String: String] = [:]
    for entry in fields where entry.number == 3 {
      let pair = WireField.parse(entry.bytes)
      entries[pair.first { $0.number == 1 }?.text ?? ""] = pair.first { $0.number == 2 }?.text ?? ""
    }
    return entries
  }
}

extension Status {
  var metadata: [String: String] {
    for case .errorInfo(_, _, let metadata) in details { return metadata }
    return [:]
  }

  var badFields: [String] {
    for case .badRequest(let violations) in details { return violations.map(\.field) }
    return []
  }

  var hasRetry: Bool {
    details.contains { if case .retryInfo = $0 { true } else { false } }
  }
}

/// A length-delimited or varint field of a message whose bytes are trusted.
struct WireField {
  let number: Int
  let bytes: [UInt8]

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Bytes as Latin-1: ids inside stay readable.
  var readable: String {
    "\(number)=" + String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  static func parse(_ bytes: [UInt8]) -> [WireField] {
    var rest = bytes[...]
    func varint() -> Int {
      var value = 0
      var shift = 0
      while let byte = rest.popFirst() {
        value |= Int(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { break }
      }
      return value
    }
    var fields: [WireField] = []
    while !rest.isEmpty {
      let tag = varint()
      if tag & 7 == 0 {
        fields.append(WireField(number: tag >> 3, bytes: [UInt8(truncatingIfNeeded: varint())]))
      } else {
        let length = varint()
        fields.append(WireField(number: tag >> 3, bytes: Array(rest.prefix(length))))
        rest = rest.dropFirst(length)
      }
    }
    return fields
  }
}
