import HTTP2

/// What the calls of a run send, and what they must get back.
protocol Workload {
  /// `/package.Service/Method`.
  var path: String { get }
  /// The whole request body of call number `index`: prefix and message.
  func request(_ index: Int) -> [UInt8]
  /// Whether the whole response body answers call number `index`.
  func isAnswer(_ body: [UInt8], to index: Int) -> Bool
}

extension Workload {
  func headers(address: String, token: String?) -> HeaderBlock {
    var fields: [(name: StaticString, value: String)] = [
      (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", address),
      ("te", "trailers"), ("content-type", "application/grpc"),
    ]
    if let token { fields.append(("authorization", "Bearer \(token)")) }
    return .immortal(fields)
  }
}

/// A message with gRPC's 5-byte prefix.
func framed(_ message: [UInt8]) -> [UInt8] {
  let count = UInt32(message.count)
  return [
    0, UInt8(count >> 24), UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF),
    UInt8(count & 0xFF),
  ] + message
}
