internal import RPC

/// gzip, and the lists that say who takes it.
enum CompressionFuzz {
  private static let limit = 4_096
  /// Of a member without name, time or comment (RFC 1952 §2.3).
  private static let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

  /// The same bytes as a member, as what is inside one, and as something to compress.
  static func gzip(_ input: UnsafeRawBufferPointer) {
    let gzip = Gzip()
    if let message = try? gzip.inflate(input, limit: limit) {
      precondition(message.count <= limit)
      message.withUnsafeBytes { checkRoundTrip($0, gzip) }
    }
    let member = head + Array(input) + [UInt8](repeating: 0, count: 8)
    member.withUnsafeBytes { bytes in
      // The checksum of nothing is zero, and so is its length.
      if let message = try? gzip.inflate(bytes, limit: limit) { precondition(message.isEmpty) }
    }
    checkRoundTrip(input, gzip)
  }

  private static func checkRoundTrip(_ bytes: UnsafeRawBufferPointer, _ gzip: Gzip) {
    (gzip.deflate(bytes) ?? []).withUnsafeBytes { packed in
      let again = try? gzip.inflate(packed, limit: bytes.count)
      precondition(again == Array(bytes), "what was compressed comes back otherwise")
      guard bytes.count > 0 else { return }
      var failure: Gzip.Failure?
      do throws(Gzip.Failure) {
        _ = try gzip.inflate(packed, limit: bytes.count - 1)
      } catch {
        failure = error
      }
      precondition(failure == .tooLarge, "a limit does not hold")
    }
  }

  /// Whatever stands before it, a gzip at the end counts.
  static func encodings(_ input: UnsafeRawBufferPointer) {
    _ = MessageEncoding.takesGzip(input)
    if let encoding = MessageEncoding(named: input) {
      precondition(input.count == (encoding == .gzip ? 4 : 8))
    }
    let longer = Array(input) + Array(",gzip".utf8)
    precondition(longer.withUnsafeBytes { MessageEncoding.takesGzip($0) })
  }
}
