import HTTP2
import Testing

@Suite struct `Streams and memory` {
  private final class Marker {}

  @Test func `a closed stream serves the next request when nobody holds it`() throws {
    let peer = try ServerPeer()
    peer.onHeaders = { $0.respondOnly($1, trailersOnly) }
    try peer.receive(request(1, [("old", "field")], end: true))
    let first = try #require(peer.streams[1]).identity
    peer.streams.removeAll()
    _ = try peer.produce()
    try peer.receive(request(3, end: true))
    let stream = try #require(peer.streams[3])
    #expect(stream.identity == first)
    #expect(stream.id == 3)
    #expect(stream.headers.firstValue(named: "old") == nil)
    #expect(stream.headers.count == 2)
    #expect(!stream.isClosed)
  }

  @Test func `a header list that is held is not reused with its stream`() throws {
    let peer = try ServerPeer()
    peer.onHeaders = { $0.respondOnly($1, trailersOnly) }
    try peer.receive(request(1, [("kept", "yes")], end: true))
    let headers = try #require(peer.streams[1]).headers
    peer.streams.removeAll()
    _ = try peer.produce()
    try peer.receive(request(3, end: true))
    #expect(headers.firstValue(named: "kept").map(text) == "yes")
    #expect(peer.streams[3]?.headers !== headers)
  }

  @Test func `what the layer above hung on a stream goes with its end`() throws {
    let peer = try ServerPeer()
    try peer.receive(request(1), request(3))
    weak var first: Marker?
    weak var second: Marker?
    do {
      let markers = [Marker(), Marker()]
      (first, second) = (markers[0], markers[1])
      peer.streams[1]?.call = markers[0]
      peer.streams[3]?.call = markers[1]
    }
    #expect(first != nil)
    try peer.receive(.reset(1, 8))
    #expect(first == nil)
    #expect(second != nil)
    peer.session.abandon()
    #expect(second == nil)
  }

  @Test func `a session that fails inside a delegate call is told of every stream`() throws {
    let peer = try ServerPeer()
    peer.onClosed = { session, stream in
      session.respond(stream, statusOK)
      session.reset(stream, .cancel)
      session.submitPing(1)
    }
    try peer.receive(request(1), request(3))
    #expect(throws: SessionError.protocolViolation) {
      try peer.receive(Frame(2, [0, 0, 0, 1, 1]))
    }
    #expect(peer.events.suffix(2).sorted() == ["closed 1 1", "closed 3 1"])
    #expect(peer.lastWords().map(\.type) == [7])
    #expect(peer.lastWords().isEmpty)
  }

  @Test func `sessions of a thread may share a pool and outlive each other`() throws {
    let pool = StreamPool(countMax: 2)
    let delegate = try ServerPeer()
    for _ in 0..<20 {
      let sessions = try (0..<3).map { _ in
        try ServerSession(pool: pool, delegate: delegate)
      }
      for session in sessions {
        let bytes =
          preface + Frame.settings().bytes + request(1).bytes + request(3).bytes
          + request(5).bytes + Frame.reset(1, 8).bytes + Frame.reset(3, 8).bytes
        try bytes.withUnsafeBytes { try session.receive($0) }
        #expect(session.streamCount == 1)
      }
      for session in sessions { session.abandon() }
    }
  }

  @Test func `an output buffer keeps what the socket did not take`() {
    var output = OutputBuffer(capacity: 1024)
    output.append([UInt8](repeating: 1, count: 1000))
    output.take(990)
    output.append([UInt8](repeating: 2, count: 1000))
    var (count, capacity) = (output.count, output.capacity)
    #expect(count == 1010)
    #expect(capacity == 1024)
    output.append([3])
    output.append([UInt8](repeating: 4, count: 5000))
    let bytes = output.withUnsafeBytes { Array($0) }
    #expect(
      bytes == [UInt8](repeating: 1, count: 10) + [UInt8](repeating: 2, count: 1000) + [3]
        + [UInt8](repeating: 4, count: 5000))
    output.take(10_000)
    output.take(-1)
    (count, capacity) = (output.count, output.capacity)
    #expect(count == 0)
    #expect(capacity >= 6011)
  }

  @Test func `a header block knows its size and carries sensitive fields`() throws {
    var builder = HeaderBlockBuilder()
    builder.append(":status", "200")
    builder.append(Array("x-key".utf8), [1, 2, 3].map { $0 + 64 }, isIndexed: false)
    let block = HeaderBlock(builder)
    #expect(block.count == 2)
    #expect(block.byteSize == 7 + 3 + 32 + 5 + 3 + 32)
    let peer = try ServerPeer()
    try peer.receive(request(1, end: true))
    peer.session.respondOnly(try #require(peer.streams[1]), block)
    let payload = try #require(try peer.produce().first).payload
    // An indexed status, then a literal that is never indexed (RFC 7541 §6.2.3).
    #expect(payload.prefix(2) == [0x88, 0x10])
  }
}

extension ServerStream {
  fileprivate var identity: ObjectIdentifier { ObjectIdentifier(self) }
}
