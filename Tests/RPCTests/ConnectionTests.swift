import HTTP2
import RPC
import Testing

@Suite struct `The first bytes of a connection` {
  @Test(arguments: [
    "GET / HTTP/1.1\r\n\r\n", "POST /a.B/C HTTP/1.1\r\nhost: x\r\n\r\n", "P", "OPTIONS",
  ])
  func `of HTTP 1 get one answer that names the remedy`(text: String) throws {
    let exchange = try Exchange(Methods.all)
    exchange.give(Array(text.utf8))
    if text == "P" {
      // Also the first letter of the preface: nothing is known yet.
      #expect(exchange.outcome == .open)
      exchange.give(Array("UT / HTTP/1.1\r\n".utf8))
    }
    guard case .http1(let answer) = exchange.outcome else {
      Issue.record("\(exchange.outcome)")
      return
    }
    let response = String(decoding: answer, as: UTF8.self)
    #expect(response.hasPrefix("HTTP/1.1 505 HTTP Version Not Supported\r\n"))
    #expect(response.contains("grpcurl -plaintext"))
    #expect(response.contains("curl --http2-prior-knowledge"))
    let parts = response.split(separator: "\r\n\r\n", maxSplits: 1)
    #expect(parts[0].contains("content-length: \(parts[1].utf8.count)\r\n"))
  }

  @Test func `of HTTP 1 are known however they are split`() throws {
    let exchange = try Exchange(Methods.all)
    for byte in "PRI * HTTP/1".utf8 {
      #expect(exchange.outcome == .open)
      exchange.give([byte])
    }
    guard case .open = exchange.outcome else { return }
    exchange.give([UInt8(ascii: ".")])
    guard case .http1 = exchange.outcome else {
      Issue.record("\(exchange.outcome)")
      return
    }
  }

  @Test(arguments: [[0x16, 0x03, 0x01, 0x02, 0x00, 0x01], [0x16]] as [[UInt8]])
  func `of a TLS handshake are recognised`(bytes: [UInt8]) throws {
    let exchange = try Exchange(Methods.all)
    exchange.give(bytes)
    #expect(exchange.outcome == .tls)
  }

  @Test(arguments: [[0x16, 0x02], [0], [0xFF, 0xFF], Array("get".utf8)] as [[UInt8]])
  func `of anything else close it`(bytes: [UInt8]) throws {
    let exchange = try Exchange(Methods.all)
    exchange.give(bytes)
    guard case .closing = exchange.outcome else {
      Issue.record("\(exchange.outcome)")
      return
    }
  }

  @Test func `may come one by one`() throws {
    let exchange = try Exchange(Methods.all)
    exchange.chunkSize = 1
    #expect(!exchange.server.hasPeerSettings)
    #expect(exchange.unary("/test.Echo/Unary", [1]).grpcStatus == 0)
    #expect(exchange.server.hasPeerSettings)
    #expect(exchange.server.isSettingsAcknowledged)
  }
}

@Suite struct `Draining a connection` {
  @Test func `takes calls until its notice is acknowledged, then finishes what it has`() throws {
    let gate = Gate()
    let exchange = try Exchange([Methods.waiting(on: gate)] + Methods.all)
    let inFlight = exchange.call("/test.Echo/Wait", endStream: true)
    exchange.settle()
    exchange.server.beginDrain()
    // The peer's call crosses the notice on its way.
    let crossing = exchange.call("/test.Echo/Converse", endStream: true)
    exchange.settle()
    #expect(crossing.grpcStatus == 0)
    #expect(exchange.goaways == [.noError, .noError])
    #expect(inFlight.httpStatus == 0)
    #expect(exchange.produced == .idle)
    gate.open()
    exchange.settle()
    #expect(inFlight.grpcStatus == 0)
    #expect(exchange.produced == .finished)
  }

  @Test func `that does too much serves what crosses the notice, and no call after it`() throws {
    let gate = Gate()
    let exchange = try Exchange([Methods.waiting(on: gate)] + Methods.all)
    let inFlight = exchange.call("/test.Echo/Wait", endStream: true)
    exchange.settle()
    for _ in 0..<300 {
      let cancelled = exchange.call("/test.Echo/Unary")
      _ = exchange.carryToServer()
      exchange.reset(cancelled)
      _ = exchange.carryToServer()
    }
    #expect(exchange.host.warnings == [.resetReceived])
    let crossing = exchange.unary("/test.Echo/Unary", [7])
    #expect(crossing.messages == [[7]])
    #expect(exchange.goaways == [.noError, .enhanceYourCalm])
    gate.open()
    exchange.settle()
    #expect(inFlight.grpcStatus == 0)
    #expect(exchange.produced == .finished)
  }

  @Test func `goes on after five seconds without an answer`() throws {
    let exchange = try Exchange(Methods.all)
    exchange.settle()
    exchange.server.beginDrain()
    exchange.server.drainTimePassed()
    _ = exchange.carryToClient()
    #expect(exchange.goaways == [.noError, .noError])
    #expect(exchange.produced == .finished)
  }

  @Test func `ignores calls that come after the last GOAWAY`() throws {
    let exchange = try Exchange([Methods.waiting(on: Gate())])
    let head = RawFrames.headers(
      stream: 1,
      [
        (":method", "POST"), (":scheme", "http"), (":path", "/test.Echo/Wait"),
        (":authority", "a"), ("content-type", "application/grpc"),
      ])
    exchange.give(RawFrames.preface + RawFrames.settings + head)
    exchange.server.beginDrain()
    exchange.server.drainTimePassed()
    var output = OutputBuffer()
    _ = exchange.server.produce(into: &output, upTo: 1 << 16)
    let late = RawFrames.headers(
      stream: 3,
      [
        (":method", "POST"), (":scheme", "http"), (":path", "/test.Echo/Wait"),
        (":authority", "a"), ("content-type", "application/grpc"),
      ])
    exchange.give(late)
    #expect(exchange.outcome == .open)
    #expect(exchange.host.startCount == 1)
    #expect(exchange.server.callCount == 1)
  }

  @Test func `serves calls that come in one read with the answer to its notice`() throws {
    let exchange = try Exchange(Methods.all)
    exchange.give(RawFrames.preface + RawFrames.settings)
    exchange.server.beginDrain()
    var output = OutputBuffer()
    _ = exchange.server.produce(into: &output, upTo: 1 << 16)
    let sent = RawFrames.parse(output.withUnsafeBytes { Array($0) })
    let ping = try #require(sent.first { $0.type == 6 })
    let late = RawFrames.headers(
      stream: 1, endStream: true,
      [
        (":method", "POST"), (":scheme", "http"), (":path", "/test.Echo/Converse"),
        (":authority", "a"), ("content-type", "application/grpc"),
      ])
    exchange.give(RawFrames.frame(type: 6, flags: 1, stream: 0, ping.payload) + late)
    #expect(exchange.host.startCount == 1)
    output.removeAll()
    _ = exchange.server.produce(into: &output, upTo: 1 << 16)
    let goaways = RawFrames.parse(output.withUnsafeBytes { Array($0) }).filter { $0.type == 7 }
    // Last stream 1, NO_ERROR.
    #expect(goaways.map { $0.payload.prefix(8) } == [[0, 0, 0, 1, 0, 0, 0, 0]])
  }

  @Test func `by force tells every caller UNAVAILABLE`() throws {
    let gate = Gate()
    let exchange = try Exchange([Methods.waiting(on: gate)] + Methods.all)
    let replies = [exchange.call("/test.Echo/Wait"), exchange.call("/test.Echo/Converse")]
    let unstarted = exchange.call("/test.Echo/Unary")
    exchange.settle()
    exchange.server.abort(.noError, debug: "over")
    exchange.settle()
    for reply in replies + [unstarted] {
      #expect(reply.grpcStatus == 14)
      #expect(reply.reason == "SHUTTING_DOWN")
    }
    gate.open()
    exchange.settle()
    #expect(exchange.produced == .finished)
  }

  @Test func `stays alive as long as its PING is answered`() throws {
    let exchange = try Exchange(Methods.all)
    exchange.settle()
    exchange.server.sendKeepalive()
    #expect(exchange.server.isKeepaliveOutstanding)
    exchange.settle()
    #expect(!exchange.server.isKeepaliveOutstanding)
  }

  @Test func `lets its host go once the last handler has ended`() throws {
    weak var host: FakeHost?
    let gate = Gate()
    do {
      let exchange = try Exchange([Methods.waiting(on: gate)])
      host = exchange.host
      _ = exchange.call("/test.Echo/Wait", endStream: true)
      exchange.settle()
      exchange.server.disconnected()
      #expect(exchange.host.ended.isEmpty)
      gate.open()
      exchange.host.loop.run()
      #expect(exchange.host.ended == [.cancelled])
    }
    #expect(host == nil)
  }
}

@Suite struct `The router` {
  @Test func `finds each of a thousand methods and no other`() throws {
    let methods = (0..<1_000).map { index in
      Method(
        path: "/test.Service\(index % 7)/Method\(index)", kind: .unary,
        body: .unary { _, _ async throws(Status) in ResponseMessage([UInt8(index % 251)]) })
    }
    let exchange = try Exchange(methods)
    for index in stride(from: 0, to: 1_000, by: 37) {
      let reply = exchange.unary("/test.Service\(index % 7)/Method\(index)", [])
      #expect(reply.messages == [[UInt8(index % 251)]])
      #expect(exchange.unary("/test.Service\(index % 7)/Method\(index)x", []).grpcStatus == 12)
    }
    #expect(Router(methods).services.count == 7)
  }
}
