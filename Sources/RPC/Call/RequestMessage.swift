/// One message of the peer, decompressed and without its prefix.
///
/// A hot unary message that lies whole in the receive buffer is lent from there; it becomes an
/// array of its own when its handler suspends, so the bytes may be read at any time.
package struct RequestMessage: Sendable {
  private enum Storage {
    case owned([UInt8])
    case lent(ServerCall)
  }

  private let storage: Storage
  package let codec: MessageCodec
  /// Whether it came compressed.
  package let isCompressed: Bool

  package init(_ bytes: [UInt8], codec: MessageCodec = .proto, isCompressed: Bool = false) {
    storage = .owned(bytes)
    self.codec = codec
    self.isCompressed = isCompressed
  }

  init(lentBy call: ServerCall) {
    storage = .lent(call)
    codec = call.codec
    isCompressed = call.isRequestCompressed
  }

  /// The bytes, valid for the length of the call of `body` only.
  /// - Throws: what `body` throws; INTERNAL or RESOURCE_EXHAUSTED, with which the call has then
  ///   ended, when the message can't be decompressed.
  @inline(__always)
  package func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws(Status) -> Result
  ) throws(Status) -> Result {
    switch storage {
    case .owned(let bytes): try bytes.withBytes(body)
    case .lent(let call): try call.withRequest(body)
    }
  }

  /// A copy.
  /// - Throws: as ``withUnsafeBytes(_:)``.
  package var bytes: [UInt8] {
    get throws(Status) {
      switch storage {
      case .owned(let bytes): bytes
      case .lent(let call): try call.withRequest { bytes throws(Status) in Array(bytes) }
      }
    }
  }

  /// - Throws: as ``withUnsafeBytes(_:)``.
  package var byteCount: Int {
    get throws(Status) {
      try withUnsafeBytes { bytes throws(Status) in bytes.count }
    }
  }
}

extension [UInt8] {
  /// `withUnsafeBytes` with a typed failure.
  @inline(__always)
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outcome = withUnsafeBytes { bytes -> Swift.Result<Result, Failure> in
      do throws(Failure) {
        return .success(try body(bytes))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }
}
