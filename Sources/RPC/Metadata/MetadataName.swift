/// The rules for names of metadata (PROTOCOL-HTTP2.md, "Custom-Metadata").
enum MetadataName {
  /// `[0-9a-z_.-]+`; what HTTP/2 lets pass and gRPC does not is left out of the view.
  static func isValid(_ name: some Collection<UInt8>) -> Bool {
    !name.isEmpty
      && name.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// A value in base64.
  static func isBinary(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    name.suffix(4).elementsEqual("-bin".utf8)
  }

  /// Names that belong to the protocol: hidden from handlers, refused from them.
  static func isReserved(_ name: some Collection<UInt8>) -> Bool {
    if name.first == UInt8(ascii: ":") { return true }
    if name.starts(with: "grpc-".utf8) {
      return !passing.contains { name.elementsEqual($0.utf8) }
    }
    return reserved.contains { name.elementsEqual($0.utf8) }
  }

  private static let passing = ["grpc-previous-rpc-attempts", "grpc-retry-pushback-ms"]
  /// The second half are the connection's own, which HTTP/2 forbids (RFC 9113 §8.2.2).
  private static let reserved = [
    "content-type", "te", "host", "content-length", "connection", "keep-alive",
    "proxy-connection", "transfer-encoding", "upgrade",
  ]
}
