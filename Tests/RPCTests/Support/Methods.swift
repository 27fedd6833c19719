import RPC

/// The methods most tests call.
enum Methods {
  static let echo = Method(
    path: "/test.Echo/Unary", kind: .unary,
    body: .unary { request, _ async throws(Status) in ResponseMessage(try request.bytes) })

  static let hotEcho = Method(
    path: "/test.Echo/Hot", kind: .unary, isHot: true,
    body: .unary { request, _ async throws(Status) in ResponseMessage(try request.bytes) })

  /// Answers the number of its messages and the sum of their sizes.
  static let collect = Method(
    path: "/test.Echo/Collect", kind: .clientStreaming,
    body: .streaming { call async throws(Status) in
      var count: UInt8 = 0
      var size: UInt8 = 0
      while let message = try await call.nextMessage() {
        count &+= 1
        size &+= UInt8(truncatingIfNeeded: try message.byteCount)
      }
      try await call.send(ResponseMessage([count, size]))
    })

  /// Answers each byte of its message as a message.
  static let spread = Method(
    path: "/test.Echo/Spread", kind: .serverStreaming,
    body: .streaming { call async throws(Status) in
      guard let message = try await call.nextMessage() else { return }
      for byte in try message.bytes { try await call.send(ResponseMessage([byte])) }
    })

  static let converse = Method(
    path: "/test.Echo/Converse", kind: .bidirectional,
    body: .streaming { call async throws(Status) in
      while let message = try await call.nextMessage() {
        try await call.send(ResponseMessage(try message.bytes))
      }
    })

  static let all = [echo, hotEcho, collect, spread, converse]

  /// A hot or cold unary method that throws.
  static func failing(_ status: Status) -> Method {
    Method(
      path: "/test.Echo/Fail", kind: .unary,
      body: .unary { _, _ async throws(Status) in throw status })
  }
}

extension Methods {
  /// Waits for the gate without hearing of cancellation, then answers nothing.
  static func waiting(on gate: Gate) -> Method {
    Method(
      path: "/test.Echo/Wait", kind: .clientStreaming,
      body: .streaming { call async throws(Status) in
        await gate.wait()
        try await call.send(ResponseMessage([]))
      })
  }

  static func bidirectional(
    _ body: @escaping @Sendable (ServerCall) async throws(Status) -> Void
  ) -> Method {
    Method(path: "/test.Echo/Stream", kind: .bidirectional, body: .streaming(body))
  }

  static func unary(
    _ body: @escaping @Sendable (RequestMessage, ServerCall) async throws(Status) -> ResponseMessage
  ) -> Method {
    Method(path: "/test.Echo/Unary", kind: .unary, body: .unary(body))
  }
}
