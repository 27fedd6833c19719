/// Reads the subset of JSON (RFC 8259) that a key file needs: objects, arrays, unsigned integers
/// and strings without other escapes than `\/`, `\"` and `\\`. Never recursive.
struct KeyFileScanner {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      position += 1
    }
  }

  /// Takes a structural character, after any white space.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(KeyRing.FileRefusal) {
    guard take(character) else { throw .malformed(offset: position) }
  }

  mutating func expectEnd() throws(KeyRing.FileRefusal) {
    skipSpace()
    guard position == bytes.count else { throw .malformed(offset: position) }
  }

  mutating func string() throws(KeyRing.FileRefusal) -> [UInt8] {
    try expect("\"")
    var value: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return value
      case UInt8(ascii: "\\"):
        guard let escaped = next, [0x22, 0x2F, 0x5C].contains(escaped) else {
          throw .malformed(offset: position)
        }
        position += 1
        value.append(escaped)
      case 0x20...0x7E: value.append(byte)
      default: throw .malformed(offset: position - 1)
      }
    }
    throw .malformed(offset: position)
  }

  /// 0…2³²−1 without a leading zero.
  mutating func number() throws(KeyRing.FileRefusal) -> UInt32 {
    skipSpace()
    let start = position
    var value: UInt64 = 0
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
      position += 1
      guard value <= UInt64(UInt32.max) else { throw .malformed(offset: start) }
    }
    let digitCount = position - start
    guard digitCount > 0, digitCount == 1 || bytes[start] != UInt8(ascii: "0") else {
      throw .malformed(offset: start)
    }
    return UInt32(value)
  }
}
