/// The SHA-256 under which a secret is stored, as four big-endian words: the key of the index.
package struct TokenHash: Hashable, Sendable {
  /// Most significant first.
  package let words: (UInt64, UInt64, UInt64, UInt64)

  package init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// Nil unless there are exactly 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    func word(_ index: Int) -> UInt64 {
      bytes[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    words = (word(0), word(1), word(2), word(3))
  }

  package static func == (left: TokenHash, right: TokenHash) -> Bool {
    left.words == right.words
  }

  /// One word is enough: a digest is uniform, and a caller can't choose it.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
  }
}
