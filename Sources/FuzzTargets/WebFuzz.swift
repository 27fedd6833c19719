internal import HTTP2
internal import RPC

/// What browsers and Connect's clients send: bodies in envelopes, bare or in base64, queries.
enum WebFuzz {
  private static let types = [
    "application/json", "application/proto", "application/connect+json",
    "application/connect+proto", "application/grpc-web", "application/grpc-web-text",
    "application/grpc-web-text+proto", "text/html",
  ].map { Array($0.utf8) }

  private static let paths = ["/a.B/U", "/a.B/H", "/a.B/C", "/a.B/S", "/a.B/D", "/healthz"]
    .map { Array($0.utf8) }

  private static let more: [[(String, String)]] = [
    [], [("content-encoding", "gzip"), ("accept-encoding", "gzip")],
    [("connect-content-encoding", "gzip"), ("connect-accept-encoding", "br, gzip")],
    [("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip")],
    [("connect-timeout-ms", "100"), ("connect-protocol-version", "1")],
    [("origin", "https://a.example"), ("access-control-request-method", "POST")],
    [("accept", "application/grpc-web-text")], [("content-length", "9")],
  ]

  /// The first three bytes choose the request's head and how its body is cut; the rest is the body,
  /// or the query of a GET.
  static func run(_ input: UnsafeRawBufferPointer) {
    guard input.count >= 3 else { return }
    let host = FuzzHost()
    guard let connection = FramesFuzz.makeConnection(host) else { return }
    let body = Array(input.dropFirst(3))
    let isGet = input[0] & 0x80 != 0
    var path = paths[Int(input[1]) % paths.count]
    if isGet { path += Array("?".utf8) + body }
    var fields = FuzzFrames.request(path)
    let verb = isGet ? "GET" : input[0] & 0x40 != 0 ? "OPTIONS" : "POST"
    fields[0].1 = Array(verb.utf8)
    fields[4].1 = types[Int(input[0]) % types.count]
    fields += more[Int(input[2]) % more.count].map { (Array($0.utf8), Array($1.utf8)) }
    var output = OutputBuffer(capacity: 1024)
    var pending = FuzzFrames.start + FuzzFrames.headers(fields, 1, endStream: isGet)
    let size = Int(input[2] >> 3) * 8 + 1
    var start = 0
    while !isGet, start <= body.count {
      let end = min(start + size, body.count)
      let isLast = end == body.count
      pending += FuzzFrames.frame(0, isLast ? 1 : 0, 1, Array(body[start..<end]))
      start = isLast ? body.count + 1 : end
    }
    _ = pending.withUnsafeBytes { connection.receive($0) }
    host.runHandlers()
    _ = connection.produce(into: &output, upTo: 1 << 16)
    host.checkNothingIsLeft(of: connection)
  }

  /// Whole and in pieces, base64 gives the same bytes. The first byte is the size of the pieces.
  static func base64(_ input: UnsafeRawBufferPointer) {
    guard let first = input.first else { return }
    let text = UnsafeRawBufferPointer(rebasing: input.dropFirst())
    let size = Int(first % 9) + 1
    var stream = Base64Stream()
    let whole = stream.decode(text)
    let isAtBoundary = stream.isAtBoundary
    var pieces: [UInt8]? = []
    stream = Base64Stream()
    var start = 0
    while start < text.count, pieces != nil {
      let end = min(start + size, text.count)
      let piece = stream.decode(UnsafeRawBufferPointer(rebasing: text[start..<end]))
      pieces = piece.flatMap { piece in pieces.map { $0 + piece } }
      start = end
    }
    precondition(pieces == whole, "base64 depends on pieces")
    if whole != nil { precondition(stream.isAtBoundary == isAtBoundary) }
  }
}
