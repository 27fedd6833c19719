import HTTP2
import RPC

extension Exchange {
  typealias Fields = [(name: StaticString, value: String)]

  /// A whole request as clients of HTTP send it.
  func post(
    _ path: String, _ contentType: String, _ body: [UInt8] = [], _ more: Fields = []
  ) -> Reply {
    let reply = open(Self.post(path, contentType) + more)
    if !body.isEmpty { write(reply, body) }
    finish(reply)
    settle()
    return reply
  }

  /// A whole request with a body of text.
  func post(_ path: String, _ contentType: String, _ body: String, _ more: Fields = []) -> Reply {
    post(path, contentType, Array(body.utf8), more)
  }

  func get(_ path: String, _ more: Fields = []) -> Reply {
    request("GET", path, more)
  }

  /// A request without a body.
  func request(_ verb: String, _ path: String, _ more: Fields = []) -> Reply {
    let reply = open(
      [(":method", verb), (":scheme", "http"), (":path", path), (":authority", "test")] + more,
      endStream: true)
    settle()
    return reply
  }

  static func post(_ path: String, _ contentType: String) -> Fields {
    [
      (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "test"),
      ("content-type", contentType),
    ]
  }
}

extension Reply {
  var text: String { String(decoding: body, as: UTF8.self) }

  /// Flags and payloads of a body in envelopes; nil when it is cut off.
  var envelopes: [(flag: UInt8, payload: [UInt8])]? {
    Self.envelopes(body)
  }

  static func envelopes(_ body: [UInt8]) -> [(flag: UInt8, payload: [UInt8])]? {
    var envelopes: [(flag: UInt8, payload: [UInt8])] = []
    var rest = body[...]
    while let flag = rest.popFirst() {
      guard rest.count >= 4 else { return nil }
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard rest.count >= length else { return nil }
      envelopes.append((flag, Array(rest.prefix(length))))
      rest = rest.dropFirst(length)
    }
    return envelopes
  }

  /// The payload of the last envelope, which ends a stream of Connect or gRPC-Web.
  func end(flag: UInt8) -> String? {
    guard let last = envelopes?.last, last.flag == flag else { return nil }
    return String(decoding: last.payload, as: UTF8.self)
  }
}

extension Methods {
  /// Takes JSON, has no side effects, and answers the codec and the message.
  static let codec = Method(
    path: "/test.Echo/Codec", kind: .unary,
    body: .unary { request, call async throws(Status) in
      ResponseMessage(Array("\(request.codec) ".utf8) + (try request.bytes))
    }
  ).with([.takesJSON, .hasNoSideEffects])

  static let jsonStream = Method(
    path: "/test.Echo/Lines", kind: .bidirectional,
    body: .streaming { call async throws(Status) in
      while let message = try await call.nextMessage() {
        try await call.send(ResponseMessage(Array("\(message.codec) ".utf8) + (try message.bytes)))
      }
    }
  ).with(.takesJSON)

  /// Metadata before and after its answer.
  static let telling = unary { request, call throws(Status) in
    call.initialMetadata.add("shard", "42")
    call.trailingMetadata.add("cost", "237")
    call.trailingMetadata.add(binary: "cost-bin", [1, 2, 3])
    if try request.bytes == [0] { throw Status(code: .notFound, message: "no such thing") }
    return ResponseMessage(try request.bytes)
  }
}
