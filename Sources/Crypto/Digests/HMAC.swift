/// One HMAC-SHA-256 computation over any number of parts (RFC 2104). Like ``SHA256`` it must not
/// outlive the synchronous call that made it.
package struct HMAC: ~Copyable {
  private static let blockByteCount = 64

  private var inner: SHA256
  private var outerPad: InlineArray<64, UInt8>

  /// Keys longer than a block of 64 bytes are hashed first (RFC 2104 §2).
  package init(key: [UInt8]) {
    let block = key.count > Self.blockByteCount ? SHA256.hash(key).bytes : key
    self.init(block: block.span)
  }

  package init(key: Key256) {
    self.init(key: key.bytes)
  }

  private init(block: Span<UInt8>) {
    var innerPad = InlineArray<64, UInt8>(repeating: 0x36)
    outerPad = InlineArray<64, UInt8>(repeating: 0x5c)
    for index in block.indices {
      innerPad[index] ^= block[index]
      outerPad[index] ^= block[index]
    }
    inner = SHA256()
    inner.update(innerPad.span)
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    inner.update(bytes)
  }

  package mutating func update(_ bytes: [UInt8]) {
    inner.update(bytes)
  }

  /// The 32 bytes of the code; compare them by ``ConstantTime``.
  package consuming func finish() -> SHA256Digest {
    let pad = outerPad
    let innerDigest = inner.finish()
    var outer = SHA256()
    outer.update(pad.span)
    innerDigest.withBytes { outer.update($0) }
    return outer.finish()
  }

  /// The code of one part.
  package static func code(for bytes: [UInt8], key: [UInt8]) -> SHA256Digest {
    var computation = HMAC(key: key)
    computation.update(bytes)
    return computation.finish()
  }
}
