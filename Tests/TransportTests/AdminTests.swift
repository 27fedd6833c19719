import EventLoop
import Glibc
import Testing
import Transport

@Suite struct `A request to the admin port` {
  private func parsed(_ text: String) -> AdminRequest.Outcome {
    Array(text.utf8).withUnsafeBytes(AdminRequest.parse)
  }

  private func path(_ text: String) -> String? {
    guard case .request(let request) = parsed(text) else { return nil }
    return request.path
  }

  @Test func `is a GET`() {
    #expect(path("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n") == "/metrics")
    #expect(path("GET / HTTP/1.0\r\n\r\n") == "/")
    #expect(path("GET /metrics?name=up HTTP/1.1\r\nhost: a\r\nX-Y:\tz\r\n\r\nmore") == "/metrics")
  }

  @Test func `is waited for until its empty line`() {
    let text = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
    let bytes = Array(text.utf8)
    for count in bytes.indices {
      #expect(bytes[..<count].withUnsafeBytes(AdminRequest.parse) == .incomplete)
    }
  }

  @Test(arguments: [
    "\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET  / HTTP/1.0\r\n\r\n",
    " GET / HTTP/1.0\r\n\r\n",
    "GET / HTTP/1.0 \r\n\r\n", "GET metrics HTTP/1.0\r\n\r\n", "GET http://a/ HTTP/1.0\r\n\r\n",
    "GET /\u{1} HTTP/1.0\r\n\r\n", "GET /é HTTP/1.0\r\n\r\n", "G(T / HTTP/1.0\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET / HTTP/1.0\r\nA : b\r\n\r\n", "GET / HTTP/1.0\r\nA: b\r\n c\r\n\r\n",
    "GET / HTTP/1.0\r\nA\r\n\r\n", "GET / HTTP/1.0\r\nA: \u{0}\r\n\r\n", "GET / FTP/1.0\r\n\r\n",
  ])
  func `is refused when it is malformed`(text: String) {
    #expect(parsed(text) == .refused(.malformed))
  }

  @Test func `is refused with another verb, version or a body`() {
    #expect(parsed("POST / HTTP/1.0\r\n\r\n") == .refused(.method))
    #expect(parsed("HEAD / HTTP/1.0\r\n\r\n") == .refused(.method))
    #expect(parsed("GET / HTTP/2.0\r\n\r\n") == .refused(.version))
    #expect(parsed("GET / HTTP/1.0\r\nContent-Length: 0\r\n\r\n") == .refused(.body))
    #expect(parsed("GET / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n") == .refused(.body))
  }

  @Test func `is refused past the size of a head, not at it`() {
    let frame = "GET / HTTP/1.0\r\nA: \r\n\r\n".utf8.count
    let room = AdminRequest.headByteCountMax - frame
    func request(_ count: Int) -> String {
      "GET / HTTP/1.0\r\nA: \(String(repeating: "a", count: count))\r\n\r\n"
    }
    #expect(path(request(room)) == "/")
    #expect(parsed(request(room + 1)) == .refused(.tooLarge))
    let endless = String(repeating: "a", count: AdminRequest.headByteCountMax)
    #expect(parsed(endless) == .refused(.tooLarge))
    #expect(parsed(String(endless.dropLast())) == .incomplete)
  }
}

@Suite(.timeLimit(.minutes(5))) struct `The admin port` {
  private func serving(_ limits: AdminServer.Limits = AdminServer.Limits()) async throws -> UInt16 {
    let loop = try EventLoop()
    loop.start()
    let server = AdminServer(loop: loop, limits: limits) { request in
      AdminAnswer(200, "OK", text: "you asked for \(request.path)\n")
    }
    let address = try await server.listen(on: SocketAddress(parsing: "127.0.0.1:0"))
    return try #require(UInt16(address.description.split(separator: ":").last ?? ""))
  }

  private func connected(_ port: UInt16) -> CInt {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    #expect(result == 0)
    return descriptor
  }

  private func send(_ text: String, on descriptor: CInt) {
    let bytes = Array(text.utf8)
    _ = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
  }

  /// To the end of what the server says.
  private func answer(on descriptor: CInt) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while case let count = read(descriptor, &chunk, chunk.count), count > 0 {
      bytes += chunk[..<count]
    }
    close(descriptor)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `answers one request and ends the connection`() async throws {
    let port = try await serving()
    let peer = connected(port)
    send("GET /live", on: peer)
    send("z HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n", on: peer)
    let text = answer(on: peer)
    #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(text.hasSuffix("\r\n\r\nyou asked for /livez\n"))
    #expect(text.contains("\r\ncontent-length: 21\r\n"))
    #expect(text.contains("\r\nconnection: close\r\n"))
  }

  @Test func `tells whoever says more or less than it should`() async throws {
    var limits = AdminServer.Limits()
    limits.requestTimeout = .milliseconds(50)
    let port = try await serving(limits)
    let long = connected(port)
    send("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 9000), on: long)
    #expect(answer(on: long).hasPrefix("HTTP/1.1 431 "))
    let slow = connected(port)
    send("GET / HTT", on: slow)
    #expect(answer(on: slow).hasPrefix("HTTP/1.1 408 "))
    let silent = connected(port)
    #expect(answer(on: silent).hasPrefix("HTTP/1.1 408 "))
  }

  @Test func `closes at once what is beyond its connections`() async throws {
    var limits = AdminServer.Limits()
    limits.connectionsMax = 2
    let port = try await serving(limits)
    let (first, second, third) = (connected(port), connected(port), connected(port))
    #expect(answer(on: third).isEmpty)
    for peer in [first, second] {
      send("GET / HTTP/1.0\r\n\r\n", on: peer)
      #expect(answer(on: peer).hasPrefix("HTTP/1.1 200 "))
    }
  }
}
