internal import HTTP2

// Connect's unary calls (Connect protocol reference, "Unary RPCs").

extension WebShape {
  /// An error before there was a call.
  func connectError(_ refusal: Refusal) -> WholeAnswer {
    var builder = start(
      httpStatus: refusal.httpStatus == 200 ? refusal.status.code.httpStatus : refusal.httpStatus,
      contentType: Self.errorContentType)
    for field in refusal.fields { builder.append(field.name, field.value) }
    return WholeAnswer(headers: HeaderBlock(builder), body: ConnectError.json(refusal.status))
  }

  fileprivate static let errorContentType = "application/json"
}

extension ServerCall {
  /// Headers and body at once: the status decides on both.
  func connectAnswer(_ status: Status) -> WholeAnswer {
    guard let web else { return WholeAnswer(headers: HeaderBlock(HeaderBlockBuilder())) }
    let isError = status.code != .ok
    var builder = web.shape.start(
      httpStatus: status.code.httpStatus,
      contentType: isError ? WebShape.errorContentType : nil)
    let body = isError ? ConnectError.json(status) : web.answer
    builder.append("content-length", String(body.count))
    if !isError, web.isAnswerPacked { builder.append("content-encoding", "gzip") }
    builder.append(initialMetadata)
    builder.append(trailingMetadata, prefix: "trailer-")
    return WholeAnswer(headers: HeaderBlock(builder), body: body)
  }

  /// Bytes of a bare message.
  func receiveBare(_ bytes: UnsafeRawBufferPointer) {
    guard let web, !web.shape.isGet else {
      // Content of a GET has no meaning (RFC 9110 §9.3.1).
      creditEverything()
      return
    }
    let byteCount = web.body.count + bytes.count
    guard byteCount <= deframer.messageSizeMax else {
      reject(.messageTooLarge(byteCount, limit: deframer.messageSizeMax))
      creditEverything()
      return
    }
    web.body.append(contentsOf: bytes)
    creditWanted()
  }

  /// The bare message is whole.
  func receiveBareEnd() {
    guard let web else { return }
    requestCount = 1
    request = .owned(web.body)
    isRequestPacked = web.encoding == .gzip
    isRequestCompressed = isRequestPacked
    web.body = []
    connection.begin(self)
  }

  /// Length of the bare message, as far as it is known: without `content-length` a long one is
  /// taken for the longest.
  var bareByteCount: Int {
    guard let web else { return 0 }
    if let byteCount = web.contentLength { return byteCount }
    return web.body.count <= Self.smallBodyMax ? 0 : deframer.messageSizeMax
  }

  private static let smallBodyMax = 64 << 10
}

extension StatusCode {
  /// The HTTP status of a unary answer (Connect protocol reference, "Error Codes").
  var httpStatus: Int {
    switch self {
    case .ok: 200
    case .cancelled: 499
    case .unknown, .internal, .dataLoss: 500
    case .invalidArgument, .failedPrecondition, .outOfRange: 400
    case .deadlineExceeded: 504
    case .notFound: 404
    case .alreadyExists, .aborted: 409
    case .permissionDenied: 403
    case .resourceExhausted: 429
    case .unimplemented: 501
    case .unavailable: 503
    case .unauthenticated: 401
    }
  }

  /// As Connect spells it, such as `not_found`.
  var connectName: String {
    self == .cancelled ? "canceled" : name.lowercased()
  }
}
