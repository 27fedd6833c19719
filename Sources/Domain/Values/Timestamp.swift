/// An instant in microseconds since 1970-01-01 UTC, PostgreSQL's resolution. Arithmetic saturates.
package struct Timestamp: Hashable, Comparable, Sendable {
  package let microseconds: Int64

  @inlinable
  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Whole seconds since 1970 and 0…999,999,999 nanoseconds, as protobuf's Timestamp has them.
  /// Nanoseconds are truncated to microseconds; nil when the instant doesn't fit.
  package init?(seconds: Int64, nanoseconds: Int32) {
    guard 0...999_999_999 ~= nanoseconds else { return nil }
    let (scaled, scaleOverflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let (sum, sumOverflows) = scaled.addingReportingOverflow(Int64(nanoseconds / 1_000))
    guard !scaleOverflows, !sumOverflows else { return nil }
    self.init(microseconds: sum)
  }

  /// Whole seconds since 1970, rounded down.
  package var seconds: Int64 {
    let quotient = microseconds / 1_000_000
    return microseconds % 1_000_000 < 0 ? quotient - 1 : quotient
  }

  /// Nanoseconds past ``seconds``: 0…999,999,000.
  package var nanoseconds: Int32 {
    Int32(microseconds &- seconds &* 1_000_000) * 1_000
  }

  @inlinable
  package static func < (a: Timestamp, b: Timestamp) -> Bool {
    a.microseconds < b.microseconds
  }

  /// The instant `duration` later, or the first or last representable one.
  package func advanced(by duration: Duration) -> Timestamp {
    let (seconds, attoseconds) = duration.components
    let (scaled, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let extreme: Int64 = seconds < 0 ? .min : .max
    guard !overflows else { return Timestamp(microseconds: extreme) }
    let (delta, deltaOverflows) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    guard !deltaOverflows else { return Timestamp(microseconds: extreme) }
    let (sum, sumOverflows) = microseconds.addingReportingOverflow(delta)
    return Timestamp(microseconds: sumOverflows ? extreme : sum)
  }
}
