import RPC
import Testing

@Suite struct `The value of grpc-timeout` {
  private static func parse(_ text: String) -> UInt64? {
    var text = text
    return text.withUTF8 { Timeout.nanoseconds(parsing: UnsafeRawBufferPointer($0)) }
  }

  @Test(
    arguments: [
      ("1n", 1), ("20u", 20_000), ("300m", 300_000_000), ("4S", 4_000_000_000),
      ("5M", 300_000_000_000), ("6H", 21_600_000_000_000), ("00000001n", 1), ("0n", 0),
      ("99999999n", 99_999_999),
    ] as [(String, UInt64)])
  func `is digits and a unit`(text: String, nanoseconds: UInt64) {
    #expect(Self.parse(text) == nanoseconds)
  }

  @Test func `saturates`() {
    #expect(Self.parse("99999999H") == .max)
    #expect(Self.parse("99999999M") == 5_999_999_940_000_000_000)
  }

  @Test(arguments: [
    "", "n", "1", "123456789n", "1s", "-1n", "+1n", "1 n", " 1n", "1.0S", "1nn", "n1",
  ])
  func `is nothing else`(text: String) {
    #expect(Self.parse(text) == nil)
  }
}

@Suite struct `The text of grpc-message` {
  @Test func `of the interop case is byte-exact`() {
    let text = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    let encoded =
      "%09%0Atest with whitespace%0D%0Aand Unicode BMP %E2%98%BA and non-BMP %F0%9F%98%88%09%0A"
    #expect(String(decoding: PercentEncoding.encode(text), as: UTF8.self) == encoded)
    #expect(PercentEncoding.decode(encoded.utf8) == text)
  }

  @Test func `escapes the percent sign and the ends of the ASCII range`() {
    let encoded = PercentEncoding.encode("100% ~\u{7F}\u{1F} \u{80}")
    #expect(String(decoding: encoded, as: UTF8.self) == "100%25 ~%7F%1F %C2%80")
  }

  @Test func `keeps a space at either end`() {
    #expect(String(decoding: PercentEncoding.encode(" a b "), as: UTF8.self) == "%20a b%20")
    #expect(String(decoding: PercentEncoding.encode(" "), as: UTF8.self) == "%20")
  }

  @Test(arguments: [
    ("%", "%"), ("%2", "%2"), ("%zz", "%zz"), ("a%4", "a%4"), ("%41%", "A%"), ("%e2%98%ba", "☺"),
    ("%FF", "\u{FFFD}"), ("%25", "%"), ("", ""),
  ])
  func `is decoded without ever failing`(text: String, decoded: String) {
    #expect(PercentEncoding.decode(text.utf8) == decoded)
  }

  @Test func `is cut between characters`() {
    let encoded = PercentEncoding.encode("ab😈cd", byteCountMax: 13)
    #expect(String(decoding: encoded, as: UTF8.self) == "ab")
    #expect(PercentEncoding.encode("ab😈cd", byteCountMax: 14).count == 14)
  }
}

@Suite struct `Base64 of binary metadata` {
  @Test(
    arguments: [
      ("", []), ("YQ", [97]), ("YQ==", [97]), ("YWI", [97, 98]), ("YWI=", [97, 98]),
      ("YWJj", [97, 98, 99]), ("q6ur", [0xAB, 0xAB, 0xAB]), ("+/+/", [0xFB, 0xFF, 0xBF]),
    ] as [(String, [UInt8])])
  func `is read padded and unpadded`(text: String, bytes: [UInt8]) {
    #expect(Base64.decode(Array(text.utf8)) == bytes)
  }

  @Test(arguments: ["Y", "YQ=", "YQ===", "====", "Y===", "-_-_", "YWJ\n", "YR==", "YWJj=", "="])
  func `is nothing else`(text: String) {
    #expect(Base64.decode(Array(text.utf8)) == nil)
  }

  @Test func `is written without padding`() {
    #expect(Base64.encode([97]) == Array("YQ".utf8))
    #expect(Base64.encode([97, 98]) == Array("YWI".utf8))
    #expect(Base64.encode([97, 98, 99]) == Array("YWJj".utf8))
    for count in 0..<20 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
  }
}

@Suite struct `The protobuf wire format` {
  @Test func `is read field by field`() throws {
    var reader = WireReader([
      0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69, 0x19, 1, 0, 0, 0, 0, 0, 0, 0, 0x25, 2, 0, 0, 0,
    ])
    var fields: [WireReader.Field] = []
    while let field = try reader.next() { fields.append(field) }
    #expect(fields.map(\.number) == [1, 2, 3, 4])
    #expect(
      fields.map(\.value) == [.varint(150), .bytes([0x68, 0x69]), .fixed64(1), .fixed32(2)])
    #expect(fields[1].value.text == "hi")
  }

  @Test(
    arguments: [
      [0x08], [0x08, 0x80], [0x12, 0x02, 0x68], [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0x19, 1],
      [0x25, 1], [0x0B], [0x0C], [0x0E], [0x00, 0x00],
      [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
      [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
    ] as [[UInt8]])
  func `is refused where it is cut off or odd`(bytes: [UInt8]) {
    #expect(throws: WireReader.Malformed.self) {
      var reader = WireReader(bytes)
      while try reader.next() != nil {}
    }
  }

  @Test func `is written as it is read`() throws {
    var writer = WireWriter()
    writer.field(1, 300)
    writer.field(2, 0)
    writer.field(3, "hé")
    writer.field(4, signed: -1)
    writer.field(5) { $0.field(1, 1) }
    #expect(
      writer.bytes == [
        0x08, 0xAC, 0x02, 0x1A, 3, 0x68, 0xC3, 0xA9, 0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0xFF, 0xFF, 0x01, 0x2A, 2, 0x08, 1,
      ])
  }
}
