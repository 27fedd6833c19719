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

  // SwiftProtobuf asks for the rest where it makes bytes itself, which decoding never does: a
  // borrower has none to give.

  init(repeating: UInt8, count: Int) {
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
  }

  init(_ sequence: some Sequence<UInt8>) {
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
  }

  mutating func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }
}
