/// A 128-bit UUID (RFC 9562) as two halves: 16 bytes in memory, 36 characters on the wire.
package struct UUID128: Hashable, Comparable, Sendable {
  /// The first 8 octets, most significant first.
  package let high: UInt64
  /// The last 8 octets, most significant first.
  package let low: UInt64

  /// All bits zero (RFC 9562 §5.9); stands for "no organization yet" in idempotency keys.
  package static let `nil` = UUID128(high: 0, low: 0)

  @inlinable
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Byte order of the octets, which for version 7 is the order of creation.
  @inlinable
  package static func < (a: UUID128, b: UUID128) -> Bool {
    (a.high, a.low) < (b.high, b.low)
  }

  package var isNil: Bool { high == 0 && low == 0 }
}

// MARK: - Version 7

extension UUID128 {
  /// Makes a version 7 UUID (RFC 9562 §5.7).
  /// - Parameters:
  ///   - milliseconds: since 1970 UTC; only its low 48 bits are kept.
  ///   - random: 128 random bits, of which 74 are used.
  @inlinable
  package static func version7(
    milliseconds: UInt64, random: (high: UInt64, low: UInt64)
  ) -> UUID128 {
    let high = milliseconds << 16 | 0x7000 | random.high & 0x0fff
    let low = 0x8000_0000_0000_0000 | random.low & 0x3fff_ffff_ffff_ffff
    return UUID128(high: high, low: low)
  }

  /// Makes a version 7 UUID of `instant`; instants before 1970 count as 1970.
  @inlinable
  package static func version7(
    at instant: Timestamp, random: (high: UInt64, low: UInt64)
  ) -> UUID128 {
    let milliseconds = instant.microseconds < 0 ? 0 : UInt64(instant.microseconds) / 1_000
    return version7(milliseconds: milliseconds, random: random)
  }

  /// The creation time of a version 7 UUID in milliseconds since 1970, nil for other versions.
  package var version7Milliseconds: UInt64? {
    high >> 12 & 0xf == 7 && low >> 62 == 0b10 ? high >> 16 : nil
  }
}
