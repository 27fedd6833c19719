import HTTP2
import Testing

private let compressionError = Outcome.connectionError(.compressionError)

/// The fields that a fresh server reads from `blocks`, one request each, as RFC 7541 prints them.
private func read(_ blocks: [UInt8]...) throws -> [[String]] {
  let responder = try Responder()
  return try blocks.enumerated().map { index, block in
    let id = Int32(index * 2 + 1)
    responder.send(.headers(id, block, end: true))
    let headers = try #require(responder.peer.streams[id], "\(responder.outcome)").headers
    let pseudo = [
      (":method", headers.method), (":scheme", headers.scheme), (":path", headers.path),
      (":authority", headers.authority),
    ]
    let regular = (0..<headers.count).map { (text(headers.name(at: $0)), headers.value(at: $0)) }
    return (pseudo + regular).map { "\($0.0): \(text($0.1))" }
  }
}

/// Indexed fields of the static table: a GET of / by http, and an authority.
private let head: [UInt8] = [0x82, 0x86, 0x84, 0x01, 0x01, 0x61]
private let headFields = [":method: GET", ":scheme: http", ":path: /", ":authority: a"]

private func hex(_ text: String) -> [UInt8] {
  text.split(separator: " ").flatMap { word in
    stride(from: 0, to: word.count, by: 2).map { offset in
      let start = word.index(word.startIndex, offsetBy: offset)
      return UInt8(word[start..<word.index(start, offsetBy: 2)], radix: 16) ?? 0
    }
  }
}

@Suite struct `RFC 7541 section 2.3, the index tables` {
  @Test func `have 61 static entries`() throws {
    // accept-charset is entry 15, www-authenticate 61, without values.
    #expect(
      try read(head + [0x8f, 0xbd]) == [headFields + ["accept-charset: ", "www-authenticate: "]])
  }

  @Test(arguments: [hex("be"), hex("ff 00"), hex("7f 00 01 61"), hex("ff 80 01")])
  func `have nothing past their end`(_ field: [UInt8]) throws {
    #expect(try outcome(.headers(1, head + field, end: true)) == compressionError)
  }

  @Test func `begin with 1`() throws {
    #expect(try outcome(.headers(1, head + [0x80], end: true)) == compressionError)
  }

  @Test func `put the newest dynamic entry first and drop the oldest`() throws {
    let insert = { (name: UInt8) -> [UInt8] in [0x40, 1, name, 1, 0x31] }
    #expect(
      try read(head + insert(0x62) + insert(0x63), head + [0xbe, 0xbf]) == [
        headFields + ["b: 1", "c: 1"], headFields + ["c: 1", "b: 1"],
      ])
    // An entry of 4,031 octets leaves room for one of 34, not for two.
    let large = hex("40 01 64 7f 9f 1e") + [UInt8](repeating: 0x78, count: 3_998)
    let responder = try Responder()
    responder.send(.headers(1, head + insert(0x62) + large, end: true))
    responder.send(.headers(3, head + [0xbe], end: true))
    #expect(responder.outcome == .answered([1, 3]))
    responder.send(.headers(5, head + insert(0x63) + [0xbf], end: true))
    #expect(responder.outcome == .answered([1, 3, 5]))
    responder.send(.headers(7, head + insert(0x65) + [0xc0], end: true))
    #expect(responder.outcome == compressionError)
  }

  @Test func `are emptied by an entry larger than the table`() throws {
    let large = hex("40 01 64 7f e1 1f") + [UInt8](repeating: 0x78, count: 4_192)
    let responder = try Responder()
    responder.send(.headers(1, head + hex("40 01 62 01 31") + large, end: true))
    #expect(responder.outcome == .answered([1]))
    responder.send(.headers(3, head + [0xbe], end: true))
    #expect(responder.outcome == compressionError)
  }
}

@Suite struct `RFC 7541 section 4.2, the table's size` {
  @Test func `may be set at the beginning of a block`() throws {
    #expect(try read([0x20] + head) == [headFields])
    #expect(try read(hex("3f e1 1f") + head) == [headFields])
  }

  @Test func `may be set twice, the last counts`() throws {
    #expect(try read(hex("20 3f e1 1f") + head) == [headFields])
  }

  @Test func `may not be set after a field`() throws {
    #expect(try outcome(.headers(1, head + [0x20], end: true)) == compressionError)
  }

  @Test func `may not pass what we announced`() throws {
    #expect(try outcome(.headers(1, hex("3f e2 1f") + head, end: true)) == compressionError)
    #expect(try outcome(.headers(1, hex("3f ff ff ff 07") + head)) == compressionError)
  }

  @Test func `of 0 empties the table`() throws {
    let responder = try Responder()
    responder.send(.headers(1, head + hex("40 01 62 01 31"), end: true))
    responder.send(.headers(3, hex("20 3f e1 1f") + head + [0xbe], end: true))
    #expect(responder.outcome == compressionError)
  }

  @Test func `of the peer is heeded before our next block`() throws {
    let responder = try Responder()
    responder.send(.settings([(1, 0)]), request(1, end: true))
    let head = try #require(responder.produced.first { $0.type == 1 })
    #expect(head.payload.first == 0x20)
    // Indexed fields of the dynamic table would begin with 0xbe and more.
    responder.send(request(3, end: true))
    let next = try #require(responder.produced.last { $0.type == 1 && $0.flags == 4 })
    #expect(next.payload.first == 0x88)
    #expect(!next.payload.contains(0xbe))
  }
}

@Suite struct `RFC 7541 section 5.1, integers` {
  @Test func `may use more octets than they need`() throws {
    // 7f 80 00 is 127, as 7f 00 is.
    let value = [UInt8](repeating: 0x79, count: 127)
    #expect(
      try read(head + hex("00 01 78 7f 80 00") + value)
        == [headFields + ["x: \(String(decoding: value, as: UTF8.self))"]])
  }

  @Test(arguments: [
    hex("00 01 78 7f ff ff ff ff ff ff ff ff ff 7f"), hex("ff ff ff ff ff ff ff ff ff ff 01"),
    hex("00 7f ff ff ff ff 0f"),
  ])
  func `that overflow are errors`(_ field: [UInt8]) throws {
    #expect(try outcome(.headers(1, head + field, end: true)) == compressionError)
  }

  @Test(arguments: [hex("00 01 78 7f"), hex("7f"), hex("ff"), hex("00 01 78"), hex("00 03 78")])
  func `that are cut off are errors`(_ field: [UInt8]) throws {
    #expect(try outcome(.headers(1, head + field, end: true)) == compressionError)
  }
}

@Suite struct `RFC 7541 section 5.2, Huffman codes` {
  @Test func `are read`() throws {
    // "302" as 0x6402 (RFC 7541 C.6.1).
    #expect(try read(head + hex("00 01 78 82 64 02")) == [headFields + ["x: 302"]])
    #expect(try read(head + hex("00 01 78 80")) == [headFields + ["x: "]])
  }

  @Test func `padded with more than 7 bits are errors`() throws {
    #expect(try outcome(.headers(1, head + hex("00 01 78 83 64 02 ff"))) == compressionError)
  }

  @Test func `padded with zeros are errors`() throws {
    #expect(try outcome(.headers(1, head + hex("00 01 78 82 64 00"))) != .answered([1]))
    // "00" is 10 bits of zeros; the rest of the second octet must be ones.
    #expect(try outcome(.headers(1, head + hex("00 01 78 82 00 00"))) == compressionError)
  }

  @Test func `with EOS inside are errors`() throws {
    #expect(try outcome(.headers(1, head + hex("00 01 78 84 ff ff ff ff"))) == compressionError)
    #expect(
      try outcome(.headers(1, head + hex("00 01 78 86 1f ff ff ff ff ff"))) == compressionError)
  }
}

@Suite struct `RFC 7541 section 6.2, literals` {
  @Test(arguments: [UInt8(0x40), 0x00, 0x10])
  func `may have a new name or one of the tables, plain or Huffman coded`(_ kind: UInt8) throws {
    // user-agent is entry 58: 6 bits hold it, 4 do not.
    let index: [UInt8] = kind == 0x40 ? [0x7a] : [kind | 0x0f, 43]
    #expect(
      try read(
        head + [kind] + hex("01 78 01 79") + [kind] + hex("81 f3 01 79")
          + index + hex("03 61 62 63") + index + hex("82 64 02"))
        == [headFields + ["x: y", "x: y", "user-agent: abc", "user-agent: 302"]])
  }

  @Test func `enter the table only with incremental indexing`() throws {
    for kind: UInt8 in [0x00, 0x10] {
      let responder = try Responder()
      responder.send(.headers(1, head + [kind] + hex("01 78 01 79"), end: true))
      responder.send(.headers(3, head + [0xbe], end: true))
      #expect(responder.outcome == compressionError)
    }
  }

  @Test func `that are never indexed are sent so`() throws {
    var builder = HeaderBlockBuilder()
    builder.append(":status", "200")
    builder.append("x", "secret", isIndexed: false)
    let block = HeaderBlock(builder)
    let responder = try Responder()
    responder.peer.onEnd = { session, stream in session.respondOnly(stream, block) }
    responder.send(request(1, end: true))
    let payload = try #require(responder.produced.first { $0.type == 1 }).payload
    #expect(Array(payload.prefix(2)) == [0x88, 0x10])
  }
}

@Suite struct `RFC 7541 appendix C` {
  @Test func `2, header field representations`() throws {
    #expect(
      try read(
        head + hex("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"),
        hex("82 86 040c 2f73 616d 706c 652f 7061 7468 010161"),
        head + hex("1008 7061 7373 776f 7264 0673 6563 7265 74")) == [
          headFields + ["custom-key: custom-header"],
          [":method: GET", ":scheme: http", ":path: /sample/path", ":authority: a"],
          headFields + ["password: secret"],
        ])
  }

  private let requests = [
    [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
    [
      ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com",
      "cache-control: no-cache",
    ],
    [
      ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
      "custom-key: custom-value",
    ],
  ]

  @Test func `3, requests without Huffman coding`() throws {
    #expect(
      try read(
        hex("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d"),
        hex("8286 84be 5808 6e6f 2d63 6163 6865"),
        hex("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"))
        == requests)
  }

  @Test func `4, requests with Huffman coding`() throws {
    #expect(
      try read(
        hex("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"),
        hex("8286 84be 5886 a8eb 1064 9cbf"),
        hex("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
        == requests)
  }
}
