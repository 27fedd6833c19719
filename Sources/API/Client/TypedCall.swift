package import RPC
package import SwiftProtobuf

/// A call under way, with the types of its method.
package struct TypedCall<Request: Message, Response: Message, Call: ClientCall> {
  private let call: Call

  init(_ call: Call) {
    self.call = call
  }

  package func send(_ request: Request) async throws(Status) {
    try await call.send(request.encoded().bytes)
  }

  /// No request follows.
  package func finish() async throws(Status) {
    try await call.finish()
  }

  /// The next response; nil when the call ended with OK.
  /// - Throws: the status it ended with, or INTERNAL when the bytes are no `Response`.
  package func next() async throws(Status) -> Response? {
    guard let bytes = try await call.next() else { return nil }
    return try Response(decoding: RequestMessage(bytes))
  }
}
