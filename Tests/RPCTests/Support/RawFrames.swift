/// Frames byte by byte, for what no client session would send.
enum RawFrames {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let settings = frame(type: 4, stream: 0, [])

  static func frame(type: UInt8, flags: UInt8 = 0, stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    [
      UInt8(payload.count >> 16 & 0xFF), UInt8(payload.count >> 8 & 0xFF),
      UInt8(payload.count & 0xFF), type, flags, UInt8(stream >> 24), UInt8(stream >> 16 & 0xFF),
      UInt8(stream >> 8 & 0xFF), UInt8(stream & 0xFF),
    ] + payload
  }

  /// HEADERS with END_HEADERS.
  static func headers(
    stream: UInt32, endStream: Bool = false, _ fields: [(String, String)]
  ) -> [UInt8] {
    var block: [UInt8] = []
    for (name, value) in fields {
      // A literal without indexing and a new name (RFC 7541 §6.2.2).
      block += [0, UInt8(name.utf8.count)] + Array(name.utf8)
      block += [UInt8(value.utf8.count)] + Array(value.utf8)
    }
    return frame(type: 1, flags: endStream ? 5 : 4, stream: stream, block)
  }

  static func data(stream: UInt32, endStream: Bool = false, _ bytes: [UInt8]) -> [UInt8] {
    frame(type: 0, flags: endStream ? 1 : 0, stream: stream, bytes)
  }

  struct Frame {
    let type: UInt8
    let flags: UInt8
    let stream: UInt32
    let payload: [UInt8]
  }

  /// What a server produced.
  static func parse(_ bytes: [UInt8]) -> [Frame] {
    var frames: [Frame] = []
    var rest = bytes[...]
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      frames.append(
        Frame(
          type: head[3], flags: head[4], stream: stream,
          payload: Array(rest.dropFirst(9).prefix(length))))
      rest = rest.dropFirst(9 + length)
    }
    return frames
  }
}
