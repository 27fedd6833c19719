import Testing

@testable import Server

@Suite struct `A DNS answer` {
  /// A question for `a.b`, then the records after `count`.
  private func answer(_ count: UInt8, _ records: [UInt8]) -> [UInt8] {
    [0, 1, 0x81, 0x80, 0, 1, 0, count, 0, 0, 0, 0]
      + [1, 0x61, 1, 0x62, 0, 0, 16, 0, 1] + records
  }

  /// A record whose name points to the question's.
  private func record(_ type: UInt8, _ data: [UInt8]) -> [UInt8] {
    [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, UInt8(data.count)] + data
  }

  @Test func `gives the texts of its TXT records, character-strings joined`() {
    let records =
      record(16, [2, 0x68, 0x69]) + record(5, [1, 0x63, 0])
      + record(16, [1, 0x78, 0, 2, 0x79, 0x7A])
    #expect(TextRecordAnswer.texts(of: answer(3, records)) == ["hi", "xyz"])
    #expect(TextRecordAnswer.texts(of: answer(0, [])) == [])
  }

  @Test func `that is cut or lies about its lengths is none`() {
    let whole = answer(1, record(16, [2, 0x68, 0x69]))
    for count in 0..<whole.count {
      #expect(TextRecordAnswer.texts(of: Array(whole.prefix(count))) == nil, "\(count)")
    }
    #expect(TextRecordAnswer.texts(of: answer(1, record(16, [9, 0x68, 0x69]))) == nil)
    #expect(TextRecordAnswer.texts(of: answer(2, record(16, [2, 0x68, 0x69]))) == nil)
    #expect(TextRecordAnswer.texts(of: answer(1, [0x80, 12])) == nil)
  }
}
