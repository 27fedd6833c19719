extension UUID128: CustomStringConvertible {
  /// Characters of the canonical text: 32 digits and 4 hyphens (RFC 9562 §4).
  package static let textLength = 36

  /// Reads the canonical text: 36 characters, lower-case digits, hyphens after 8, 12, 16 and 20
  /// digits. Everything else is refused, upper case, braces and `urn:uuid:` included, so that
  /// two texts never name one resource.
  package init?(canonical text: some StringProtocol) {
    let parsed = text.utf8.withContiguousStorageIfAvailable {
      UUID128(canonical: UnsafeRawBufferPointer($0))
    }
    guard let value = parsed ?? UUID128(canonical: Array(text.utf8)) else { return nil }
    self = value
  }

  /// As ``init(canonical:)`` for UTF-8 bytes.
  package init?(canonical bytes: [UInt8]) {
    guard let value = bytes.withUnsafeBytes({ UUID128(canonical: $0) }) else { return nil }
    self = value
  }

  /// As ``init(canonical:)`` for UTF-8 bytes.
  package init?(canonical bytes: UnsafeRawBufferPointer) {
    guard bytes.count == UUID128.textLength else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    var digitCount = 0
    for index in 0..<UUID128.textLength {
      let byte = bytes[index]
      if hyphenPositions & 1 << UInt64(index) != 0 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = UUID128.value(ofDigit: byte) else { return nil }
      if digitCount < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
      digitCount += 1
    }
    self.init(high: high, low: low)
  }

  /// The canonical text, lower case.
  package var text: String {
    String(unsafeUninitializedCapacity: UUID128.textLength) { buffer in
      write(into: UnsafeMutableRawBufferPointer(buffer))
      return UUID128.textLength
    }
  }

  package var description: String { text }

  /// Writes the 36 characters of the canonical text to the start of `buffer`, which must hold them.
  package func write(into buffer: UnsafeMutableRawBufferPointer) {
    precondition(buffer.count >= UUID128.textLength)
    var digitCount = 0
    for index in 0..<UUID128.textLength {
      if hyphenPositions & 1 << UInt64(index) != 0 {
        buffer[index] = UInt8(ascii: "-")
        continue
      }
      let half = digitCount < 16 ? high : low
      let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - digitCount % 16 * 4)) & 0xf
      buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      digitCount += 1
    }
  }

  private static func value(ofDigit byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}

/// Bits 8, 13, 18 and 23: where the canonical text has hyphens.
private let hyphenPositions: UInt64 = 1 << 8 | 1 << 13 | 1 << 18 | 1 << 23
