internal import SwiftProtobuf

/// Bytes of somebody else, for decoding without a copy.
struct BorrowedBytes: SwiftProtobufContiguousBytes {
  let bytes: UnsafeRawBufferPointer

  /// - Parameter bytes: outlives the value.
  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  var count: Int { bytes.count }

  func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try body(bytes)
  }

  // SwiftProtobuf asks for the rest where it makes bytes itself, which it never does of this type.

  init(repeating: UInt8, count: Int) {
    preconditionFailure("borrowed bytes are read only")
  }

  init(_ sequence: some Sequence<UInt8>) {
    preconditionFailure("borrowed bytes are read only")
  }

  mutating func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    preconditionFailure("borrowed bytes are read only")
  }
}
