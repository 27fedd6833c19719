/// The one request message of a unary call.
enum RequestBytes {
  case none
  /// Lies in the connection's receive buffer: valid until the reading of this turn goes on.
  case lent(UnsafeRawBufferPointer)
  case owned([UInt8])
}

extension ServerCall {
  @inline(__always)
  func withRequest<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
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
