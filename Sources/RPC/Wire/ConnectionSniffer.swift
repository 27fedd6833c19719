/// Tells from the first bytes of a plaintext connection what its peer speaks.
///
/// HTTP/2 with prior knowledge begins with 24 fixed bytes (RFC 9113 §3.4); a peer of another kind
/// gets an answer it can show to a person instead of a frame it can't read.
package struct ConnectionSniffer {
  package enum Verdict: Equatable {
    /// The preface, as far as it came. ``isSettled`` says whether that was all of it.
    case http2
    /// A request line of HTTP/1: answer ``httpVersionAnswer``, then close.
    case http1
    /// A TLS record with a handshake: the peer wants TLS where there is none.
    case tls
    /// Nothing known.
    case unknown
  }

  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  private var matchedByteCount = 0

  package init() {}

  /// True once the whole preface has come.
  package var isSettled: Bool { matchedByteCount == Self.preface.count }

  /// Judges the next bytes of the connection, which need not hold a whole preface.
  package mutating func judge(_ bytes: UnsafeRawBufferPointer) -> Verdict {
    for byte in bytes {
      guard !isSettled else { return .http2 }
      guard byte == Self.preface[matchedByteCount] else {
        return mismatch(bytes, byte)
      }
      matchedByteCount += 1
    }
    return .http2
  }

  private func mismatch(_ bytes: UnsafeRawBufferPointer, _ byte: UInt8) -> Verdict {
    if matchedByteCount == 0, byte == 0x16, bytes.count < 2 || bytes[1] == 0x03 { return .tls }
    // "PRI " and what follows it is no method of HTTP/1, but its peer reads HTTP/1 answers.
    let isMethodLetter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    return isMethodLetter || matchedByteCount > 0 ? .http1 : .unknown
  }

  /// What an HTTP/1 peer is told, as a whole response.
  package static let httpVersionAnswer: [UInt8] = {
    let text = """
      This port speaks gRPC over HTTP/2, and your request came as HTTP/1.
      Call it with a gRPC client, such as: grpcurl -plaintext HOST:PORT list
      or let curl begin with HTTP/2: curl --http2-prior-knowledge

      """
    let response = """
      HTTP/1.1 505 HTTP Version Not Supported\r
      content-type: text/plain; charset=utf-8\r
      content-length: \(text.utf8.count)\r
      connection: close\r
      \r
      \(text)
      """
    return Array(response.utf8)
  }()
}
