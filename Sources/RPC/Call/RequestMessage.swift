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

  package init(_ bytes: [UInt8], codec: MessageCodec = .proto) {
    storage = .owned(bytes)
    self.codec = codec
  }

  init(lentBy call: ServerCall) {
    storage = .lent(call)
    codec = call.codec
  }

  /// The bytes, valid for the length of the call of `body` only.
  @inline(__always)
  package func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .owned(let bytes): try bytes.withBytes(body)
    case .lent(let call): try call.withRequest(body)
    }
  }

  /// A copy.
  package var bytes: [UInt8] {
    switch storage {
    case .owned(let bytes): bytes
    case .lent(let call): call.withRequest { Array($0) }
    }
  }

  package var byteCount: Int {
    withUnsafeBytes { $0.count }
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
