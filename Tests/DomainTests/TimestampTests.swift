import Domain
import Testing

@Suite struct `A timestamp` {
  @Test(arguments: [
    (Int64(0), Int64(0), Int32(0)), (1_500_000, 1, 500_000_000), (-1, -1, 999_999_000),
    (-1_000_000, -1, 0), (-1_000_001, -2, 999_999_000),
  ])
  func `splits into seconds and nanoseconds that are never negative`(
    microseconds: Int64, seconds: Int64, nanoseconds: Int32
  ) {
    let instant = Timestamp(microseconds: microseconds)
    #expect(instant.seconds == seconds)
    #expect(instant.nanoseconds == nanoseconds)
    #expect(Timestamp(seconds: seconds, nanoseconds: nanoseconds) == instant)
  }

  @Test func `refuses seconds and nanoseconds that don't fit`() {
    #expect(Timestamp(seconds: .max, nanoseconds: 0) == nil)
    #expect(Timestamp(seconds: 0, nanoseconds: -1) == nil)
    #expect(Timestamp(seconds: 0, nanoseconds: 1_000_000_000) == nil)
    #expect(Timestamp(seconds: 1, nanoseconds: 1_999)?.microseconds == 1_000_001)
  }

  @Test func `advances, and stops at the ends of time`() {
    let instant = Timestamp(microseconds: 5)
    #expect(instant.advanced(by: .microseconds(7)).microseconds == 12)
    #expect(instant.advanced(by: .seconds(-1)).microseconds == -999_995)
    #expect(instant.advanced(by: .seconds(Int64.max)).microseconds == .max)
    #expect(instant.advanced(by: .seconds(Int64.min)).microseconds == .min)
    #expect(Timestamp(microseconds: .max).advanced(by: .microseconds(1)).microseconds == .max)
  }
}
