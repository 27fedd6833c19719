internal import Crypto
internal import RPC

/// The parsers that stand alone.
enum ParserFuzz {
  /// Cuts the same bytes in two ways: whatever the chunks, the messages are the same.
  /// The first byte is the size of the chunks of the second way.
  static func messages(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let body = UnsafeRawBufferPointer(rebasing: input.dropFirst())
    let whole = cut(body, chunkSize: body.count)
    let parts = cut(body, chunkSize: Int(first % 16) + 1)
    precondition(whole == parts, "messages depend on chunks")
  }

  private enum Piece: Equatable {
    case message([UInt8])
    case tooLarge(Int)
    case flag(UInt8)
    case rest(Bool)
  }

  private static func cut(_ body: UnsafeRawBufferPointer, chunkSize: Int) -> [Piece] {
    var deframer = MessageDeframer(messageSizeMax: 300)
    var pieces: [Piece] = []
    var start = 0
    while start < body.count {
      let end = min(start + max(chunkSize, 1), body.count)
      let chunk = UnsafeRawBufferPointer(rebasing: body[start..<end])
      start = end
      var position = 0
      var isDone = false
      while !isDone {
        switch deframer.next(chunk, from: &position) {
        case .needsMoreBytes: isDone = true
        case .messageInChunk(let range): pieces.append(.message(Array(chunk[range])))
        case .message(let message): pieces.append(.message(message))
        case .tooLarge(let byteCount): return pieces + [.tooLarge(byteCount)]
        case .flagInvalid(let flag): return pieces + [.flag(flag)]
        }
        precondition(deframer.heldByteCount <= 300)
      }
      precondition(position == chunk.count)
    }
    return pieces + [.rest(deframer.isAtBoundary)]
  }

  static func timeout(_ input: UnsafeRawBufferPointer) {
    let parsed = Timeout.nanoseconds(parsing: input)
    guard parsed != nil else { return }
    precondition((2...9).contains(input.count))
    precondition(input.dropLast().allSatisfy { (0x30...0x39).contains($0) })
  }

  /// Base64 and percent encoding, there and back.
  static func metadata(_ input: UnsafeRawBufferPointer) {
    let bytes = Array(input)
    precondition(Base64.decode(Base64.encode(bytes)) == bytes)
    if let values = BinaryValue.decode(input) {
      for value in values {
        precondition(Base64.decode(Base64.encode(value)) == value)
      }
    }
    let text = PercentEncoding.decode(bytes)
    let encoded = PercentEncoding.encode(text)
    precondition(encoded.allSatisfy { (0x20...0x7E).contains($0) })
    precondition(encoded.first != 0x20 && encoded.last != 0x20)
    precondition(PercentEncoding.decode(encoded) == text)
    // A space at an end takes three bytes where one was counted.
    precondition(PercentEncoding.encode(text, byteCountMax: 10).count <= 14)
  }

  static func protobuf(_ input: UnsafeRawBufferPointer) {
    let bytes = Array(input)
    var reader = WireReader(bytes)
    var count = 0
    while count <= bytes.count, let field = try? reader.next() {
      count += 1
      _ = field.value.text
    }
    precondition(count <= bytes.count)
    _ = try? ReflectionService(descriptorSet: bytes)
  }

  /// Whole and byte by byte, the verdict is the same, but that a mere beginning may be anything.
  static func firstBytes(_ input: UnsafeRawBufferPointer) {
    guard input.count >= 2 else { return }
    var whole = ConnectionSniffer()
    let verdict = whole.judge(input)
    var sniffer = ConnectionSniffer()
    for index in input.indices {
      let last = sniffer.judge(UnsafeRawBufferPointer(rebasing: input[index...index]))
      guard last == .http2 else {
        precondition(last == verdict || last == .tls, "the verdict depends on chunks")
        return
      }
    }
    precondition(verdict == .http2)
    precondition(whole.isSettled == sniffer.isSettled)
  }

  /// A text that parses is the only text of its secret.
  static func secrets(_ input: UnsafeRawBufferPointer) {
    let bytes = Array(input)
    if let secret = try? Secret(parsing: bytes) {
      precondition(Array(secret.text.utf8) == bytes)
    }
    // The checksum keeps random bytes away from the rest: begin with a sound text, too.
    var text = Array(sound.text.utf8)
    guard bytes.count >= 2 else { return }
    let place = Int(bytes[0]) % text.count
    guard text[place] != bytes[1] else { return }
    text[place] = bytes[1]
    precondition((try? Secret(parsing: text)) == nil, "a mistyped secret parses")
  }

  private static let sound = Secret.make(.service)
}
