/// HKDF-SHA-256 (RFC 5869).
package enum HKDF {
  /// RFC 5869 §2.3: 255 blocks of 32 bytes.
  package static let outputByteCountMax = 255 * SHA256Digest.byteCount

  /// RFC 5869 §2.2; an empty salt means 32 zero bytes.
  package static func extract(salt: [UInt8], secret: [UInt8]) -> SHA256Digest {
    HMAC.code(for: secret, key: salt)
  }

  /// The first block of RFC 5869 §2.3, 32 bytes: one HMAC.
  package static func expand(_ pseudorandomKey: Key256, context: [UInt8]) -> Key256 {
    var block = HMAC(key: pseudorandomKey)
    block.update(context)
    block.update([1])
    return Key256(block.finish())
  }

  /// RFC 5869 §2.3. `byteCount` is 0…``outputByteCountMax``.
  package static func expand(
    _ pseudorandomKey: SHA256Digest, context: [UInt8], byteCount: Int
  ) -> [UInt8] {
    precondition(byteCount >= 0 && byteCount <= outputByteCountMax)
    var output: [UInt8] = []
    output.reserveCapacity(byteCount + SHA256Digest.byteCount)
    var previous: [UInt8] = []
    var counter: UInt8 = 1
    while output.count < byteCount {
      var block = HMAC(key: Key256(pseudorandomKey))
      block.update(previous)
      block.update(context)
      block.update([counter])
      previous = block.finish().bytes
      output.append(contentsOf: previous)
      counter &+= 1
    }
    output.removeLast(output.count - byteCount)
    return output
  }
}
