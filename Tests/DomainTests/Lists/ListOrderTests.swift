import Domain
import Testing

@Suite struct `An order` {
  private static let allowed = [
    "email", "display_name", "create_time", "last_login_time", "mfa_enabled",
  ]

  @Test(arguments: [
    ("", "create_time desc"), ("  ", "create_time desc"), ("email", "email asc"),
    ("email asc", "email asc"), ("  last_login_time   desc ", "last_login_time desc"),
  ])
  func `is a field and a direction`(text: String, order: String) throws {
    let fallback = ListOrder(UserSort.createTime, isDescending: true)
    #expect(try ListOrder(text, or: fallback).text == order)
  }

  @Test(
    arguments: [
      ("Email", .fieldUnknown("Email", allowed: allowed)),
      ("id", .fieldUnknown("id", allowed: allowed)),
      ("email down", .malformed(allowed: allowed)),
      ("email desc desc", .malformed(allowed: allowed)),
      ("email, create_time desc", .tooManyFields(allowed: allowed)),
      ("email,", .tooManyFields(allowed: allowed)),
      (String(repeating: " ", count: 257), .malformed(allowed: allowed)),
    ] as [(String, OrderRefusal)])
  func `that can't be read tells the fields`(text: String, expected: OrderRefusal) {
    #expect(throws: expected) { try ListOrder(text, or: ListOrder(UserSort.email)) }
  }
}

@Suite struct `A position in a list` {
  private static let id = UUID128(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10)

  @Test(
    arguments: [
      (.none, [0]), (.text("é"), [1, 0xc3, 0xa9]), (.text(""), [1]), (.bool(true), [2, 1]),
      (.time(nil), [3]),
      (.time(Timestamp(microseconds: -1)), [4] + Array(repeating: 0xff, count: 8)),
      (.number(258), [5, 0, 0, 0, 0, 0, 0, 1, 2]),
    ] as [(PagePosition.Key, [UInt8])])
  func `is its id and its key`(key: PagePosition.Key, bytes: [UInt8]) {
    let position = PagePosition(key, id: Self.id)
    #expect(position.bytes == Array(1...16) + bytes)
    #expect(PagePosition(bytes: position.bytes) == position)
  }

  @Test(arguments: [[], [0, 0], [1, 0xff], [2], [2, 2], [3, 0], [4, 1], [6], [5, 1, 2]])
  func `is read from no other bytes`(rest: [UInt8]) {
    #expect(PagePosition(bytes: Array(1...16) + rest) == nil)
    #expect(PagePosition(bytes: rest) == nil)
  }
}

@Suite struct `A time in RFC 3339` {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-01-01T00:00:00Z", 1_767_225_600_000_000),
      ("2026-01-01T02:00:00+02:00", 1_767_225_600_000_000),
      ("2025-12-31T18:30:00-05:30", 1_767_225_600_000_000),
      ("2000-02-29T12:00:00.5Z", 951_825_600_500_000),
      ("2026-01-01T00:00:00.1234567891Z", 1_767_225_600_123_456),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
      ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ] as [(String, Int64)])
  func `is an instant`(text: String, microseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
  }

  @Test(arguments: [
    "", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-1-01T00:00:00Z",
    "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
    "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00+2:00", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00ZZ",
    "0000-01-01T00:00:00Z", "2026-01-00T00:00:00Z", "２026-01-01T00:00:00Z",
  ])
  func `has no other form`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }
}
