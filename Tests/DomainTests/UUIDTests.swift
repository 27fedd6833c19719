import Domain
import Testing

@Suite struct `A UUID` {
  private static let text = "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b"
  private static let value = UUID128(high: 0x0190_a1b2_c3d4_7e5f, low: 0x8a6b_7c8d_9e0f_1a2b)

  @Test func `is read from its canonical text and written back`() {
    #expect(UUID128(canonical: Self.text) == Self.value)
    #expect(UUID128(canonical: Array(Self.text.utf8)) == Self.value)
    #expect(UUID128(canonical: Self.text.dropFirst(0)) == Self.value)
    #expect(Self.value.text == Self.text)
    #expect(UUID128.nil.text == "00000000-0000-0000-0000-000000000000")
    #expect(UUID128(high: .max, low: .max).text == "ffffffff-ffff-ffff-ffff-ffffffffffff")
  }

  @Test(arguments: [
    "", "0190A1B2-C3D4-7E5F-8A6B-7C8D9E0F1A2B", "0190a1b2c3d47e5f8a6b7c8d9e0f1a2b",
    "{0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b}", "urn:uuid:0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b",
    "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2", "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b ",
    "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2g", "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a-b",
    "0190a1b2_c3d4-7e5f-8a6b-7c8d9e0f1a2b", "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2\u{ff42}",
    "0190a1b-2c3d4-7e5f-8a6b-7c8d9e0f1a2b",
  ])
  func `has no other text`(text: String) {
    #expect(UUID128(canonical: text) == nil)
    #expect(UUID128(canonical: Array(text.utf8)) == nil)
  }

  @Test func `of version 7 carries milliseconds, version and variant`() {
    let id = UUID128.version7(milliseconds: 0x0190_a1b2_c3d4, random: (.max, .max))
    #expect(id.text == "0190a1b2-c3d4-7fff-bfff-ffffffffffff")
    #expect(id.version7Milliseconds == 0x0190_a1b2_c3d4)
    let zero = UUID128.version7(milliseconds: 0x0190_a1b2_c3d4, random: (0, 0))
    #expect(zero.text == "0190a1b2-c3d4-7000-8000-000000000000")
    #expect(UUID128.nil.version7Milliseconds == nil)
  }

  @Test func `of version 7 sorts by its time`() {
    let early = UUID128.version7(milliseconds: 1, random: (.max, .max))
    let late = UUID128.version7(milliseconds: 2, random: (0, 0))
    #expect(early < late)
    #expect(UserID(early) < UserID(late))
  }

  @Test func `of an instant before 1970 counts as 1970`() {
    let id = UUID128.version7(at: Timestamp(microseconds: -1), random: (0, 0))
    #expect(id.version7Milliseconds == 0)
  }

  @Test func `keeps the milliseconds of an instant in microseconds`() {
    let id = EventID.make(at: Timestamp(microseconds: 1_234_567), random: (0, 0))
    #expect(id.uuid.version7Milliseconds == 1_234)
  }
}
