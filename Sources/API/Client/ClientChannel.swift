package import RPC
package import SwiftProtobuf

/// What a client stub needs: a way to a server. Messages are bytes here; the stubs know the types.
package protocol ClientChannel: Sendable {
  associatedtype Call: ClientCall

  /// Starts a call.
  func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(Status) -> Call
}

/// One call under way.
package protocol ClientCall {
  func send(_ message: [UInt8]) async throws(Status)
  /// No message follows.
  func finish() async throws(Status)
  /// The next message; nil when the call ended with OK.
  /// - Throws: the status it ended with.
  func next() async throws(Status) -> [UInt8]?
}

/// What a caller may say about one call.
package struct CallOptions: Sendable {
  /// In order; names ending in `-bin` carry bytes in base64.
  package var metadata: [(name: String, value: String)]
  /// Nil: no deadline.
  package var timeout: Duration?

  package init(metadata: [(name: String, value: String)] = [], timeout: Duration? = nil) {
    self.metadata = metadata
    self.timeout = timeout
  }
}

extension ClientChannel {
  /// One request, one response.
  package func unary<Request: Message, Response: Message>(
    _ method: MethodDescriptor, _ request: Request, _ options: CallOptions
  ) async throws(Status) -> Response {
    let stream: TypedCall<Request, Response, Call> = try await stream(method, request, options)
    guard let response = try await stream.next() else { throw .missingResponse }
    guard try await stream.next() == nil else { throw .missingResponse }
    return response
  }

  /// A call whose only request is sent.
  package func stream<Request: Message, Response: Message>(
    _ method: MethodDescriptor, _ request: Request, _ options: CallOptions
  ) async throws(Status) -> TypedCall<Request, Response, Call> {
    let stream: TypedCall<Request, Response, Call> = try await stream(method, options)
    try await stream.send(request)
    try await stream.finish()
    return stream
  }

  /// A call whose requests follow.
  package func stream<Request: Message, Response: Message>(
    _ method: MethodDescriptor, _ options: CallOptions
  ) async throws(Status) -> TypedCall<Request, Response, Call> {
    TypedCall(try await open(method, options))
  }
}

extension Status {
  fileprivate static let missingResponse = Status(
    .internal, .messageCountInvalid, "a unary call needs exactly one response")
}
