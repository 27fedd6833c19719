/// The encodings of messages that are installed (grpc doc/compression.md).
package enum MessageEncoding: UInt8, Sendable {
  case identity
  case gzip

  /// The value of `grpc-accept-encoding` in our answers.
  package static let accepted = "identity,gzip"

  /// The encoding of that name, in lower case as it must be; nil when it is not installed.
  package init?(named name: UnsafeRawBufferPointer) {
    if name.equals("gzip") {
      self = .gzip
    } else if name.equals("identity") {
      self = .identity
    } else {
      return nil
    }
  }

  /// Whether a list such as `identity, deflate, gzip` names gzip, and not with a weight of zero
  /// (RFC 9110 §12.5.3), which HTTP allows and gRPC does not know.
  package static func takesGzip(_ list: UnsafeRawBufferPointer) -> Bool {
    for entry in list.split(separator: UInt8(ascii: ",")) {
      let parts = entry.split(separator: UInt8(ascii: ";"), maxSplits: 1)
      guard let name = parts.first?.trimmed,
        UnsafeRawBufferPointer(rebasing: name).equals("gzip")
      else { continue }
      if parts.count == 1 || !isZero(parts[1].trimmed) { return true }
    }
    return false
  }

  private static func isZero(_ weight: Slice<UnsafeRawBufferPointer>) -> Bool {
    weight.starts(with: "q=0".utf8)
      && weight.dropFirst(2).allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
  }
}
