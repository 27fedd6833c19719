internal import RPC

/// What a peer that speaks no TLS is told on a listener of TLS, in its own language.
enum PlaintextAnswer {
  /// Nil: nobody knows what it speaks.
  static func to(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    var sniffer = ConnectionSniffer()
    switch sniffer.judge(bytes) {
    case .http1: return http1
    case .http2: return http2
    case .tls, .unknown: return nil
    }
  }

  private static let http1: [UInt8] = {
    let text = "This port speaks TLS, and your request came without: call it by https://\n"
    let response = """
      HTTP/1.1 400 Bad Request\r
      content-type: text/plain; charset=utf-8\r
      content-length: \(text.utf8.count)\r
      connection: close\r
      \r
      \(text)
      """
    return Array(response.utf8)
  }()

  /// GOAWAY with INADEQUATE_SECURITY and a word for people (RFC 9113 §6.8). No SETTINGS before it:
  /// gRPC would take the connection for a good one, and come back at once.
  private static let http2: [UInt8] = {
    let text = Array("this port speaks TLS".utf8)
    let goaway: [UInt8] = [0, 0, UInt8(8 + text.count), 7, 0, 0, 0, 0, 0]
    return goaway + [0, 0, 0, 0, 0, 0, 0, 0x0C] + text
  }()
}
