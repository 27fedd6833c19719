/// The encoding of `grpc-message` (PROTOCOL-HTTP2.md, "Percent-Encoded").
package enum PercentEncoding {
  /// UTF-8 with every byte outside 0x20-0x7E, and `%`, as `%XX` in upper case; also a space at
  /// either end, for a field value can't begin or end with one (RFC 9113 §8.2.1).
  /// - Parameter byteCountMax: of the answer; it is cut at the end of a character.
  package static func encode(_ text: String, byteCountMax: Int = .max) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(min(text.utf8.count, byteCountMax))
    for scalar in text.unicodeScalars {
      let start = encoded.count
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
          encoded.append(byte)
        } else {
          encoded.append(UInt8(ascii: "%"))
          encoded.append(hexadecimal(byte >> 4))
          encoded.append(hexadecimal(byte & 0xF))
        }
      }
      if encoded.count > byteCountMax {
        encoded.removeSubrange(start...)
        break
      }
    }
    protectEnds(&encoded)
    return encoded
  }

  private static func protectEnds(_ encoded: inout [UInt8]) {
    if encoded.last == 0x20 { encoded.replaceSubrange((encoded.count - 1)..., with: "%20".utf8) }
    if encoded.first == 0x20 { encoded.replaceSubrange(..<1, with: "%20".utf8) }
  }

  /// Never fails: what is no `%XX` stays as it is, invalid UTF-8 becomes U+FFFD.
  package static func decode(_ bytes: some Collection<UInt8>) -> String {
    let encoded = Array(bytes)
    var decoded: [UInt8] = []
    decoded.reserveCapacity(encoded.count)
    var index = 0
    while index < encoded.count {
      if encoded[index] == UInt8(ascii: "%"), index + 2 < encoded.count,
        let high = value(encoded[index + 1]), let low = value(encoded[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(encoded[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static func hexadecimal(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + (nibble - 10)
  }

  static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
