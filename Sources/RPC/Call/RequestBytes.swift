/// The one request message of a unary call.
enum RequestBytes {
  case none
  /// Lies in the connection's receive buffer: valid until the reading of this turn goes on.
  case lent(UnsafeRawBufferPointer)
  case owned([UInt8])
}

extension ServerCall {
  /// - Throws: what is wrong with a compressed message, which is decompressed when it is read and
  ///   not before: a caller who is not admitted makes nobody work.
  @inline(__always)
  func withRequest<Result>(
    _ body: (UnsafeRawBufferPointer) throws(Status) -> Result
  ) throws(Status) -> Result {
    if isRequestPacked { try inflateRequest() }
    return try withRequestAsItCame(body)
  }

  @inline(__always)
  func withRequestAsItCame<Result>(
    _ body: (UnsafeRawBufferPointer) throws(Status) -> Result
  ) throws(Status) -> Result {
    switch request {
    case .none: try body(UnsafeRawBufferPointer(start: nil, count: 0))
    case .lent(let bytes): try body(bytes)
    case .owned(let bytes): try bytes.withBytes(body)
    }
  }

  /// Copies a lent message, for the buffer it lies in is about to change.
  func keepRequest() {
    if case .lent(let bytes) = request { request = .owned(Array(bytes)) }
  }
}
