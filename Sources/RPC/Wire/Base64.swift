/// RFC 4648 §4, for `-bin` metadata: read padded or not, written without padding.
package enum Base64 {
  /// Nil when a character is outside the alphabet, the length can't be, or bits are left over.
  package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    var length = text.count
    if length % 4 == 0 {
      var end = text.endIndex
      for _ in 0..<2 where length > 0 {
        let last = text.index(end, offsetBy: -1)
        guard text[last] == UInt8(ascii: "=") else { break }
        end = last
        length -= 1
      }
    }
    guard length % 4 != 1 else { return nil }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(length / 4 * 3 + 2)
    var bits: UInt32 = 0
    var bitCount: UInt32 = 0
    for character in text.prefix(length) {
      guard let value = value(character) else { return nil }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        decoded.append(UInt8(truncatingIfNeeded: bits >> bitCount))
      }
    }
    // The bits after the last byte are zero, or two texts would mean the same bytes.
    guard bits & (1 << bitCount - 1) == 0 else { return nil }
    return decoded
  }

  package static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(encodedByteCount(bytes.count))
    var bits: UInt32 = 0
    var bitCount: UInt32 = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      bitCount += 8
      while bitCount >= 6 {
        bitCount -= 6
        encoded.append(character(UInt8(truncatingIfNeeded: bits >> bitCount) & 0x3F))
      }
    }
    if bitCount > 0 {
      encoded.append(character(UInt8(truncatingIfNeeded: bits << (6 - bitCount)) & 0x3F))
    }
    return encoded
  }

  static func encodedByteCount(_ byteCount: Int) -> Int {
    (byteCount * 8 + 5) / 6
  }

  private static func character(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + (value - 26)
    case 52..<62: UInt8(ascii: "0") + (value - 52)
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }

  private static func value(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
