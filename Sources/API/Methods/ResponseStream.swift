package import RPC
package import SwiftProtobuf

/// Sends the messages of one call.
package struct ResponseStream<Response: Message> {
  private let call: ServerCall

  init(_ call: ServerCall) {
    self.call = call
  }

  /// Suspends while the peer reads more slowly than messages come.
  /// - Throws: what ended the call.
  package func send(_ response: Response) async throws(Status) {
    try await call.send(response.encoded(as: call.codec))
  }
}
