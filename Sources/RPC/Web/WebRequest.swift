/// What a call keeps of a request that is not gRPC proper.
final class WebRequest {
  let shape: WebShape
  /// Reads a body in base64.
  var text: Base64Stream?
  /// The message of a Connect GET, or the body of a Connect unary call as far as it came.
  var body: [UInt8] = []
  /// Connect's own, of a bare body or of the messages that are marked.
  var encoding = MessageEncoding.identity
  /// Of the body, as `content-length` has it.
  var contentLength: Int?
  /// The answer of a Connect unary call, which waits for its status.
  var answer: [UInt8] = []
  var isAnswerPacked = false

  init(_ shape: WebShape) {
    self.shape = shape
  }

  /// Drops what was received and not read.
  func discard() {
    body = []
  }
}
