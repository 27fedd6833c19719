/// 32 bytes of SHA-256 or HMAC-SHA-256, held as four big-endian words: no allocation, cheap to key
/// a table with. `==` is not constant in time: for secrets use ``ConstantTime``.
package struct SHA256Digest: Hashable, Sendable {
  package static let byteCount = 32

  /// Most significant first.
  package var words: (UInt64, UInt64, UInt64, UInt64)

  package init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// Nil unless there are exactly 32 bytes.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    func word(_ index: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// Nil unless there are exactly 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard let digest = bytes.withUnsafeBytes({ SHA256Digest($0) }) else { return nil }
    self = digest
  }

  /// A fresh array; ``withBytes(_:)`` needs none.
  package var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
      withBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      count = Self.byteCount
    }
  }

  /// The 32 bytes without an allocation; the pointer is valid inside `body` only.
  package func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    let ordered = (
      words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
    )
    return withUnsafeBytes(of: ordered, body)
  }

  package static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
    left.words == right.words
  }

  /// One word is enough: the digest is uniform and its preimage is not the caller's to choose.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
  }
}
