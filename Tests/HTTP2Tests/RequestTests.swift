import HTTP2
import Testing

@Suite struct `A request` {
  private func pad(_ count: Int) -> [(String, String)] {
    (0..<count).map { ("x-\($0)", "v") }
  }

  /// An extra field that brings the list to `byteCount` octets of RFC 9113 §6.5.2.
  private func filler(to byteCount: Int) -> (String, String) {
    let size = requestFields.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }
    return ("f", String(repeating: "x", count: byteCount - size - 33))
  }

  @Test func `keeps its fields in order with duplicates`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, [("a", "1"), ("b-bin", "AAEC"), ("a", "2"), ("a", "")]))
    let headers = try #require(peer.streams[1]).headers
    #expect(text(headers.method) == "POST")
    #expect(text(headers.scheme) == "http")
    #expect(text(headers.path) == "/echo.Echo/Say")
    #expect(text(headers.authority) == "localhost")
    let fields = (0..<headers.count).map {
      [text(headers.name(at: $0)), text(headers.value(at: $0))]
    }
    #expect(
      fields == [
        ["content-type", "application/grpc"], ["te", "trailers"], ["a", "1"],
        ["b-bin", "AAEC"], ["a", "2"], ["a", ""],
      ])
    #expect(headers.firstValue(named: "a").map(text) == "1")
    #expect(headers.firstValue(named: "ab") == nil)
  }

  @Test func `with END_STREAM in its headers has no further events`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    #expect(peer.events == ["headers 1 /echo.Echo/Say end"])
    #expect(peer.streams[1]?.isRemoteClosed == true)
  }

  @Test func `ends with trailers, which are dropped`() throws {
    let peer = try ServerPeer()
    try peer.receive(
      request(1), .data(1, [1]), .headers(1, literals([("checksum", "abc")]), end: true))
    #expect(peer.events == ["headers 1 /echo.Echo/Say", "end 1"])
    #expect(peer.streams[1]?.headers.count == 2)
  }

  @Test func `that is cancelled closes its stream`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1), .reset(1, 8))
    #expect(peer.events == ["headers 1 /echo.Echo/Say", "closed 1 8"])
    #expect(peer.session.ledger.count(of: .resetReceived) == 1)
    #expect(peer.session.streamCount == 0)
  }

  @Test func `of exactly the largest header list is whole`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, [filler(to: 16_384)]))
    let stream = try #require(peer.streams[1])
    #expect(stream.headers.byteSize == 16_384)
    #expect(!stream.headerListOverLimit)
  }

  @Test func `past the largest header list is announced as cut off and may be answered`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, [filler(to: 16_385)]))
    let stream = try #require(peer.streams[1])
    #expect(stream.headerListOverLimit)
    #expect(peer.session.ledger.count(of: .headerListOverLimit) == 1)
    peer.session.respondOnly(stream, trailersOnly)
    #expect(try peer.produce().map(\.type) == [1, 3])
  }

  @Test func `of 64 fields is whole and of 65 cut off`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, pad(64 - requestFields.count)))
    try peer.receive(request(3, pad(65 - requestFields.count)))
    #expect(peer.streams[1]?.headerListOverLimit == false)
    #expect(peer.streams[1]?.headers.receivedFieldCount == 64)
    #expect(peer.streams[3]?.headerListOverLimit == true)
  }

  @Test func `that decodes to more than 64 KiB ends the connection`() throws {
    // A field of 4,000 octets enters the table once and is referred to by one octet each.
    let value = [UInt8](repeating: UInt8(ascii: "x"), count: 4000)
    let insert: [UInt8] = [0x40, 1, 0x66, 0x7f, 0xa1, 0x1e] + value
    let bomb = literals(requestFields) + insert + [UInt8](repeating: 0xbe, count: 5000)
    let peer = try ServerPeer()
    #expect(throws: SessionError.headerListTooLarge) { try peer.receive(.headers(1, bomb)) }
    #expect(peer.lastWords().last == .calm(1, .headerBomb))
    #expect(peer.session.ledger.count(of: .headerBomb) == 1)
    #expect(peer.events.isEmpty)
    #expect(peer.session.streamCount == 0)
  }

  @Test func `may use four CONTINUATION frames and no more`() throws {
    let block = literals(requestFields)
    for count in [4, 5, 6] {
      let peer = try ServerPeer()
      var frames = [Frame(1, stream: 1, Array(block[..<10]))]
      for index in 0..<count {
        let isLast = index == count - 1
        frames.append(
          Frame(
            9, flags: isLast ? Frame.endHeaders : 0, stream: 1,
            isLast ? Array(block[10...]) : []))
      }
      let bytes = frames.flatMap(\.bytes)
      if count <= 4 {
        try peer.receive(bytes)
        #expect(peer.events == ["headers 1 /echo.Echo/Say"])
      } else {
        #expect(throws: SessionError.tooManyContinuations, "\(count)") { try peer.receive(bytes) }
        #expect(peer.lastWords().last == .calm(1, .continuation))
        #expect(peer.session.ledger.count(of: .continuation) == 1)
      }
    }
  }

  @Test func `beyond 128 open streams is refused`() throws {
    let peer = try ServerPeer()
    for id in stride(from: Int32(1), to: 257, by: 2) { try peer.receive(request(id)) }
    #expect(peer.session.streamCount == 128)
    try peer.receive(request(257))
    let last = try peer.produce().last
    #expect(last?.type == 7 || last == .reset(257, 7))
    #expect(peer.streams[257] == nil)
  }

  @Test func `on a stream that ended ends the connection`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    peer.session.respondOnly(try #require(peer.streams[1]), trailersOnly)
    _ = try peer.produce()
    #expect(throws: SessionError.streamClosed) { try peer.receive(request(1)) }
    #expect(peer.lastWords().last == Frame(7, Frame.octets(1) + Frame.octets(5)))
  }

  @Test func `trailers for a stream that we reset are in order`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1))
    peer.session.respondOnly(try #require(peer.streams[1]), trailersOnly)
    _ = try peer.produce()
    try peer.receive(.data(1, [1]), .headers(1, literals([("a", "b")]), end: true), request(3))
    #expect(peer.session.ledger.count(of: .frameAfterEnd) == 1)
    #expect(peer.events.last == "headers 3 /echo.Echo/Say")
  }

  @Test func `with a lower id than one before ends the connection`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(5))
    #expect(throws: SessionError.streamClosed) { try peer.receive(request(3)) }
  }

  @Test func `PRIORITY of the connection is a violation`() throws {
    let peer = try ServerPeer()
    #expect(throws: SessionError.protocolViolation) {
      try peer.receive(Frame(2, [0, 0, 0, 1, 1]))
    }
    #expect(peer.lastWords().last == Frame(7, Frame.octets(0) + Frame.octets(1)))
  }

  @Test(arguments: [
    [("connection", "close")], [("Upper", "x")], [("te", "gzip")], [(":late", "x")],
    [("a", "b\r\nc")],
  ])
  func `with a forbidden field is reset, and that is counted`(
    _ extra: [(String, String)]
  ) throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, extra))
    #expect(try peer.produce() == [.reset(1, 1)])
    #expect(peer.events.isEmpty)
    let isOctets = extra[0].0 == "a"
    #expect(peer.session.ledger.count(of: .invalidHeader) == (isOctets ? 1 : 0))
    #expect(peer.session.ledger.count(of: .invalidFrame) == 1)
    #expect(peer.session.ledger.count(of: .resetProvoked) == 1)
    #expect(peer.session.ledger.resetsProduced == 1)
  }

  @Test func `whose body contradicts content-length is reset`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1, [("content-length", "2")]), .data(1, [1, 2, 3]))
    #expect(try peer.produce().contains(.reset(1, 1)))
    #expect(peer.session.ledger.count(of: .resetProvoked) == 1)
    #expect(peer.events == ["headers 1 /echo.Echo/Say", "closed 1 1"])
  }
}
