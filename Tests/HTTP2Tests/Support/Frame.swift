import HTTP2

/// One HTTP/2 frame, written and read without the library (RFC 9113 §4.1).
struct Frame: Equatable {
  var type: UInt8
  var flags: UInt8
  var stream: Int32
  var payload: [UInt8]

  init(_ type: UInt8, flags: UInt8 = 0, stream: Int32 = 0, _ payload: [UInt8] = []) {
    self.type = type
    self.flags = flags
    self.stream = stream
    self.payload = payload
  }

  static let endStream: UInt8 = 0x1
  static let ack: UInt8 = 0x1
  static let endHeaders: UInt8 = 0x4
  static let padded: UInt8 = 0x8

  static func data(_ stream: Int32, _ payload: [UInt8], end: Bool = false) -> Frame {
    Frame(0, flags: end ? endStream : 0, stream: stream, payload)
  }

  static func headers(_ stream: Int32, _ block: [UInt8], end: Bool = false) -> Frame {
    Frame(1, flags: endHeaders | (end ? endStream : 0), stream: stream, block)
  }

  static func reset(_ stream: Int32, _ code: UInt32) -> Frame {
    Frame(3, stream: stream, octets(code))
  }

  static func settings(_ entries: [(UInt16, UInt32)] = []) -> Frame {
    Frame(4, entries.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 255)] + octets($0.1) })
  }

  static let settingsAck = Frame(4, flags: ack)

  static func ping(_ opaque: UInt64, isAck: Bool = false) -> Frame {
    Frame(6, flags: isAck ? ack : 0, withUnsafeBytes(of: opaque.bigEndian) { Array($0) })
  }

  static func windowUpdate(_ stream: Int32, _ increment: UInt32) -> Frame {
    Frame(8, stream: stream, octets(increment))
  }

  /// GOAWAY ENHANCE_YOUR_CALM that names what was too much.
  static func calm(_ lastStream: Int32, _ vector: AbuseVector) -> Frame {
    Frame(
      7, octets(UInt32(bitPattern: lastStream)) + octets(11) + Array(vector.debugData.utf8))
  }

  /// The first GOAWAY of a graceful end.
  static let notice = Frame(7, octets(0x7fff_ffff) + octets(0))

  static func octets(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  var bytes: [UInt8] {
    let length = payload.count
    return [UInt8(length >> 16), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags]
      + Self.octets(UInt32(bitPattern: stream)) + payload
  }

  /// The big-endian number that starts at `offset` of the payload.
  func number(at offset: Int = 0) -> UInt32 {
    payload[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Splits octets into whole frames; nil when some are left over.
  static func split(_ bytes: [UInt8]) -> [Frame]? {
    var frames: [Frame] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let head = Array(rest.prefix(9))
      guard head.count == 9 else { return nil }
      let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
      let stream = head[5...].reduce(0) { $0 << 8 | UInt32($1) }
      rest = rest.dropFirst(9)
      guard rest.count >= length else { return nil }
      frames.append(
        Frame(head[3], flags: head[4], stream: Int32(stream), Array(rest.prefix(length))))
      rest = rest.dropFirst(length)
    }
    return frames
  }
}

let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

/// HPACK without table and Huffman code: every field a literal (RFC 7541 §6.2.2).
func literals(_ fields: [(String, String)]) -> [UInt8] {
  fields.flatMap { [0] + literal(Array($0.0.utf8)) + literal(Array($0.1.utf8)) }
}

private func literal(_ text: [UInt8]) -> [UInt8] {
  guard text.count >= 127 else { return [UInt8(text.count)] + text }
  var length = [UInt8(127)]
  var left = text.count - 127
  while left >= 128 {
    length.append(UInt8(left & 127 | 128))
    left >>= 7
  }
  return length + [UInt8(left)] + text
}

/// The fields of a gRPC request.
let requestFields = [
  (":method", "POST"), (":scheme", "http"), (":path", "/echo.Echo/Say"),
  (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"),
]

func request(_ stream: Int32, _ extra: [(String, String)] = [], end: Bool = false) -> Frame {
  .headers(stream, literals(requestFields + extra), end: end)
}
