/// The value of `grpc-timeout` (PROTOCOL-HTTP2.md, "Timeout").
package enum Timeout {
  /// Nanoseconds, saturating at `UInt64.max`: 99999999H is more than 11,000 years.
  ///
  /// 1 to 8 digits and one unit of `H M S m u n`; no sign, space or dot. Nil for anything else.
  package static func nanoseconds(parsing text: UnsafeRawBufferPointer) -> UInt64? {
    guard (2...9).contains(text.count), let unit = scale(text[text.count - 1]) else { return nil }
    var value: UInt64 = 0
    for index in 0..<(text.count - 1) {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ UInt64(digit)
    }
    let (product, overflow) = value.multipliedReportingOverflow(by: unit)
    return overflow ? .max : product
  }

  private static func scale(_ unit: UInt8) -> UInt64? {
    switch unit {
    case UInt8(ascii: "H"): 3_600_000_000_000
    case UInt8(ascii: "M"): 60_000_000_000
    case UInt8(ascii: "S"): 1_000_000_000
    case UInt8(ascii: "m"): 1_000_000
    case UInt8(ascii: "u"): 1_000
    case UInt8(ascii: "n"): 1
    default: nil
    }
  }
}
