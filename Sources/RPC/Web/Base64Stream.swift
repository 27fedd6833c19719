/// Reads base64 that comes in pieces and was written in pieces: padding may stand before the end
/// (grpc doc/PROTOCOL-WEB.md, "Message framing").
package struct Base64Stream {
  private var group: [UInt8] = []

  package init() {}

  /// True when the pieces so far end with a whole group of four characters.
  package var isAtBoundary: Bool { group.isEmpty }

  /// The bytes of every group that is complete now; nil when one is no base64.
  package mutating func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(text.count / 4 * 3 + 3)
    for character in text {
      group.append(character)
      guard group.count == 4 else { continue }
      guard let bytes = Base64.decode(group) else { return nil }
      decoded += bytes
      group.removeAll(keepingCapacity: true)
    }
    return decoded
  }
}

extension Base64 {
  /// RFC 4648 §4 with padding, as one piece among others.
  static func encodePadded(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var encoded = encode(bytes)
    while encoded.count % 4 != 0 { encoded.append(UInt8(ascii: "=")) }
    return encoded
  }

  /// RFC 4648 §5, padded or not; nil when it is neither.
  static func decodeURL(_ text: [UInt8]) -> [UInt8]? {
    guard !text.contains(UInt8(ascii: "+")), !text.contains(UInt8(ascii: "/")) else { return nil }
    return decode(
      text.map { character in
        switch character {
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        default: character
        }
      })
  }
}
