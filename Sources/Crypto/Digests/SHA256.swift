import COpenSSL

/// One SHA-256 computation over any number of parts (FIPS 180-4). Its context belongs to the
/// thread, so a value must not outlive the synchronous call that made it.
package struct SHA256: ~Copyable {
  private let context: OpaquePointer

  package init() {
    context = ThreadContexts.takeDigest()
    let result = EVP_DigestInit_ex2(context, Algorithms.sha256, nil)
    precondition(result == 1, "SHA-256 cannot start")
  }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let result = EVP_DigestUpdate(context, base, bytes.count)
    precondition(result == 1, "SHA-256 cannot go on")
  }

  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  package mutating func update(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBytes { update($0) }
  }

  package mutating func update(_ text: StaticString) {
    update(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Pads, ends the computation and gives the context back to its thread.
  package consuming func finish() -> SHA256Digest {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    let result = withUnsafeMutableBytes(of: &words) { output in
      EVP_DigestFinal_ex(context, output.bindMemory(to: UInt8.self).baseAddress, nil)
    }
    precondition(result == 1, "SHA-256 cannot finish")
    return SHA256Digest(
      words: (
        UInt64(bigEndian: words.0), UInt64(bigEndian: words.1),
        UInt64(bigEndian: words.2), UInt64(bigEndian: words.3)
      ))
  }

  deinit {
    ThreadContexts.giveBack(digest: context)
  }

  /// Of one part: 110-150 ns for 46 bytes.
  package static func hash(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
    var computation = SHA256()
    computation.update(bytes)
    return computation.finish()
  }

  package static func hash(_ bytes: [UInt8]) -> SHA256Digest {
    bytes.withUnsafeBytes { hash($0) }
  }
}
