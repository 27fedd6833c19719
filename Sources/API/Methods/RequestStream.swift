package import RPC
package import SwiftProtobuf

/// The messages of one call, decoded as they are taken. Taking one gives the peer credit for more.
package struct RequestStream<Request: Message> {
  private let call: ServerCall

  init(_ call: ServerCall) {
    self.call = call
  }

  /// The next message; nil after the last.
  /// - Throws: what ended the call, or INVALID_ARGUMENT MESSAGE_MALFORMED.
  package func next() async throws(Status) -> Request? {
    guard let message = try await call.nextMessage() else { return nil }
    return try Request(decoding: message)
  }

  /// The one message of a server-streaming call; RPC has counted it.
  func only<Admission: CallAdmission>(
    for admission: Admission.Type
  ) async throws(Admission.Failure) -> Request {
    do throws(Status) {
      guard let request = try await next() else { throw Status.malformed(Request.protoMessageName) }
      return request
    } catch {
      throw Admission.Failure(error)
    }
  }
}
