/// 256 bits of key. Prints as `redacted`, also through reflection, so that no log shows one.
package struct Key256: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  package static let byteCount = 32

  let digest: SHA256Digest

  /// Nil unless there are exactly 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard let digest = SHA256Digest(bytes) else { return nil }
    self.digest = digest
  }

  /// A fresh key.
  package init(random: some RandomSource) {
    self.init(
      SHA256Digest(words: (random.word(), random.word(), random.word(), random.word())))
  }

  /// The digest's bytes as they are.
  package init(_ digest: SHA256Digest) {
    self.digest = digest
  }

  /// The key itself: for sealing and for the key file alone.
  package var bytes: [UInt8] { digest.bytes }

  /// The 32 bytes without an allocation; the pointer is valid inside `body` only.
  package func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    digest.withBytes(body)
  }

  package var description: String { "redacted" }
  package var debugDescription: String { "redacted" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
