/// Frames for the targets that think in calls.
enum FuzzFrames {
  static let start = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, 0, 0, [])

  static func frame(
    _ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]
  ) -> [UInt8] {
    let length = payload.count
    return [
      UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8),
      UInt8(truncatingIfNeeded: length), type, flags, UInt8(truncatingIfNeeded: stream >> 24),
      UInt8(truncatingIfNeeded: stream >> 16), UInt8(truncatingIfNeeded: stream >> 8),
      UInt8(truncatingIfNeeded: stream),
    ] + payload
  }

  /// Literal fields with new names, each at most 126 bytes long (RFC 7541 §6.2.2).
  static func headers(
    _ fields: [([UInt8], [UInt8])], _ stream: UInt32, endStream: Bool
  ) -> [UInt8] {
    var block: [UInt8] = []
    for (name, value) in fields {
      block += [0, UInt8(min(name.count, 126))] + name.prefix(126)
      block += [UInt8(min(value.count, 126))] + value.prefix(126)
    }
    return frame(1, endStream ? 5 : 4, stream, block)
  }

  static func request(_ path: [UInt8]) -> [([UInt8], [UInt8])] {
    [
      (Array(":method".utf8), Array("POST".utf8)), (Array(":scheme".utf8), Array("http".utf8)),
      (Array(":path".utf8), path), (Array(":authority".utf8), Array("a".utf8)),
      (Array("content-type".utf8), Array("application/grpc".utf8)),
    ]
  }
}
