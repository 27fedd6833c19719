import HTTP2
import Testing

private func fields(
  replacing name: String? = nil, with value: String? = nil, adding extra: [(String, String)] = []
) -> [(String, String)] {
  requestFields.compactMap { field in
    guard field.0 == name else { return field }
    return value.map { (field.0, $0) }
  } + extra
}

/// The request was reset, and the connection lives.
private func isRefused(_ fields: [(String, String)]) throws -> Bool {
  try outcome(ofFields: fields) == .streamError(1, .protocolError)
}

@Suite struct `RFC 9113 section 8.1, message framing` {
  @Test(arguments: ["GET", "HEAD", "POST", "OPTIONS", "X-NEW"])
  func `takes a request of any method`(_ method: String) throws {
    #expect(try outcome(ofFields: fields(replacing: ":method", with: method)) == .answered([1]))
  }

  @Test func `takes trailers, which end the request`() throws {
    let trailers = literals([("x-checksum", "1")])
    #expect(
      try outcome(request(1), .data(1, [1]), .headers(1, trailers, end: true)) == .answered([1]))
    #expect(try outcome(request(1), .headers(1, trailers, end: true)) == .answered([1]))
  }

  @Test func `takes no second header list without END_STREAM`() throws {
    #expect(
      try outcome(request(1), .data(1, [1]), .headers(1, literals([("a", "b")])))
        == .streamError(1, .protocolError))
  }

  @Test func `takes no pseudo-header field in trailers`() throws {
    #expect(
      try outcome(
        request(1), .data(1, [1]), .headers(1, literals([(":method", "POST")]), end: true))
        == .streamError(1, .protocolError))
  }

  @Test func `lets a whole answer go before the request has ended`() throws {
    let responder = try Responder()
    responder.peer.onHeaders = { session, stream in session.respondOnly(stream, trailersOnly) }
    let said = responder.send(request(1))
    #expect(said.map(\.type) == [1, 3])
    #expect(said.last == .reset(1, 0))
  }
}

@Suite struct `RFC 9113 section 8.1.1, malformed messages` {
  @Test(arguments: [[1, 2, 3], [1], []] as [[UInt8]])
  func `are those whose DATA is not as long as content-length says`(_ body: [UInt8]) throws {
    let head = request(1, [("content-length", "2")])
    #expect(
      try outcome(head, .data(1, body, end: true)) == .streamError(1, .protocolError))
  }

  @Test func `are those whose DATA frames together are not`() throws {
    let head = request(1, [("content-length", "2")])
    #expect(
      try outcome(head, .data(1, [1]), .data(1, [2, 3], end: true))
        == .streamError(1, .protocolError))
    #expect(try outcome(head, .data(1, [1]), .data(1, [2], end: true)) == .answered([1]))
  }

  @Test func `are those that announce a body and have none`() throws {
    #expect(
      try outcome(request(1, [("content-length", "1")], end: true))
        == .streamError(1, .protocolError))
  }

  @Test(arguments: ["-1", "x", "", "1x", "18446744073709551616"])
  func `are those whose content-length is no number`(_ value: String) throws {
    #expect(try isRefused(fields(adding: [("content-length", value)])))
  }

  @Test func `are those with two content-lengths`() throws {
    let twice = [("content-length", "0"), ("content-length", "0")]
    #expect(try isRefused(fields(adding: twice)))
  }
}

@Suite struct `RFC 9113 section 8.2.1, field validity` {
  @Test func `wants names in lower case`() throws {
    #expect(try isRefused(fields(adding: [("X-Test", "ok")])))
    #expect(try isRefused(fields(adding: [("content-Type", "ok")])))
  }

  // A malformed field makes the message malformed (§8.1.1).
  @Test(
    arguments: [
      [], [0x61, 0x20, 0x62], [0x61, 0x3a, 0x62], [0x61, 0], [0x61, 0x7f], [1], [0x61, 0x0d],
      [0x61, 0x28], [0xc3, 0xa4],
    ] as [[UInt8]])
  func `wants names to be tokens`(_ name: [UInt8]) throws {
    #expect(try isRefused(fields(adding: [(String(decoding: name, as: UTF8.self), "ok")])))
  }

  @Test(
    arguments: [
      [0x61, 0, 0x62], [0x61, 0x0a, 0x62], [0x61, 0x0d, 0x62], [0x0d, 0x0a], [0x7f], [0x01],
    ] as [[UInt8]])
  func `wants values without control characters`(_ value: [UInt8]) throws {
    #expect(try isRefused(fields(adding: [("x-test", String(decoding: value, as: UTF8.self))])))
  }

  @Test(arguments: [" a", "a ", "\ta", "a\t"])
  func `wants values without outer white space`(_ value: String) throws {
    #expect(try isRefused(fields(adding: [("x-test", value)])))
  }

  @Test func `holds for trailers, too`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1), .headers(1, literals([("a", "b\r\nc")]), end: true))
    #expect(try peer.produce() == [.reset(1, 1)])
    #expect(peer.events == ["headers 1 /echo.Echo/Say", "closed 1 1"])
  }

  @Test func `takes empty values and inner white space`() throws {
    let responder = try Responder()
    responder.send(request(1, [("x-a", ""), ("x-b", "a \t b"), ("x-c", "é")], end: true))
    #expect(responder.outcome == .answered([1]))
    let headers = try #require(responder.peer.streams[1]).headers
    #expect(headers.firstValue(named: "x-a").map(text) == "")
    #expect(headers.firstValue(named: "x-b").map(text) == "a \t b")
    #expect(headers.firstValue(named: "x-c").map(text) == "é")
  }
}

@Suite struct `RFC 9113 section 8.2.2, connection-specific fields` {
  @Test(arguments: [
    "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade",
  ])
  func `make a request malformed`(_ name: String) throws {
    #expect(try isRefused(fields(adding: [(name, "keep-alive")])))
  }

  @Test func `but te, which may be trailers`() throws {
    #expect(try outcome(ofFields: fields(replacing: "te", with: "trailers")) == .answered([1]))
    #expect(try isRefused(fields(replacing: "te", with: "trailers, deflate;q=0.5")))
    #expect(try isRefused(fields(replacing: "te", with: "gzip")))
  }
}

@Suite struct `RFC 9113 section 8.2.3, cookie crumbs` {
  @Test func `each reach us as they came`() throws {
    let responder = try Responder()
    responder.send(request(1, [("cookie", "a=b"), ("cookie", "c=d")], end: true))
    let headers = try #require(responder.peer.streams[1]).headers
    #expect((0..<headers.count).filter { text(headers.name(at: $0)) == "cookie" }.count == 2)
  }
}

@Suite struct `RFC 9113 section 8.3, pseudo-header fields` {
  @Test(arguments: [(":test", "ok"), (":status", "200"), (":", "ok"), (":protocol", "x")])
  func `are those of requests`(_ field: (String, String)) throws {
    #expect(try isRefused([field] + requestFields))
  }

  @Test func `come before the others`() throws {
    #expect(
      try isRefused([
        (":method", "POST"), (":scheme", "http"), ("te", "trailers"), (":path", "/"),
      ]))
  }

  @Test(arguments: [":method", ":scheme", ":path"])
  func `must be there`(_ name: String) throws {
    #expect(try isRefused(fields(replacing: name)))
  }

  @Test(arguments: [
    (":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "localhost"),
  ])
  func `come once`(_ field: (String, String)) throws {
    #expect(try isRefused([field] + requestFields))
  }
}

@Suite struct `RFC 9113 section 8.3.1, request pseudo-header fields` {
  @Test(arguments: ["", "no-slash", " /a", "/a b\u{0}"])
  func `have a path that begins with a slash`(_ path: String) throws {
    #expect(try isRefused(fields(replacing: ":path", with: path)))
  }

  @Test func `may have the path * for OPTIONS only`() throws {
    var options = fields(replacing: ":path", with: "*")
    #expect(try isRefused(options))
    options[0].1 = "OPTIONS"
    #expect(try outcome(ofFields: options) == .answered([1]))
  }

  @Test(arguments: ["", "1http", "ht tp"])
  func `have a scheme that is one`(_ scheme: String) throws {
    #expect(try isRefused(fields(replacing: ":scheme", with: scheme)))
  }

  @Test(arguments: ["", "PO ST", "P\u{0}"])
  func `have a method that is a token`(_ method: String) throws {
    #expect(try isRefused(fields(replacing: ":method", with: method)))
  }

  @Test func `may have host in the place of authority, but need one of them`() throws {
    #expect(
      try outcome(ofFields: fields(replacing: ":authority", adding: [("host", "a")]))
        == .answered([1]))
    #expect(try isRefused(fields(replacing: ":authority")))
  }

  // §8.3.1 has a server treat it as malformed (SHOULD); the library does not compare them, and
  // nothing of ours reads host when there is an authority.
  @Test func `may have another host beside authority`() throws {
    #expect(try outcome(ofFields: fields(adding: [("host", "elsewhere")])) == .answered([1]))
  }
}

@Suite struct `RFC 9113 section 8.5, CONNECT` {
  @Test func `has method and authority alone`() throws {
    let connect = [(":method", "CONNECT"), (":authority", "localhost:80")]
    #expect(try outcome(.headers(1, literals(connect), end: true)) == .answered([1]))
    #expect(try isRefused(connect + [(":path", "/")]))
    #expect(try isRefused([connect[0]]))
  }

  // RFC 8441 §4: only a server that says so takes it.
  @Test func `takes no protocol`() throws {
    #expect(
      try isRefused(
        fields(replacing: ":method", with: "CONNECT")[..<4] + [(":protocol", "websocket")]))
  }
}
