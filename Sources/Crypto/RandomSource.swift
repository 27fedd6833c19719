import Glibc

/// Where randomness comes from; tests inject a seeded one.
package protocol RandomSource: Sendable {
  /// Overwrites the whole buffer.
  func fill(_ buffer: UnsafeMutableRawBufferPointer)
}

extension RandomSource {
  /// A fresh array of `count` bytes.
  package func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      fill(UnsafeMutableRawBufferPointer(buffer))
      initialized = count
    }
  }

  package func word() -> UInt64 {
    var word: UInt64 = 0
    withUnsafeMutableBytes(of: &word) { fill($0) }
    return word
  }
}

/// The kernel's generator, which keeps no state in the process that a fork or a core dump could
/// copy. Blocks only before the kernel was first seeded.
package struct SecureRandom: RandomSource {
  /// getentropy(3) refuses more at once.
  private static let chunkByteCountMax = 256

  package init() {}

  package func fill(_ buffer: UnsafeMutableRawBufferPointer) {
    var rest = buffer[...]
    while !rest.isEmpty {
      let chunk = UnsafeMutableRawBufferPointer(rebasing: rest.prefix(Self.chunkByteCountMax))
      // Fails only on kernels before 3.17: without randomness nothing may go on.
      let result = getentropy(chunk.baseAddress, chunk.count)
      precondition(result == 0, "the kernel gives no randomness")
      rest = rest.dropFirst(chunk.count)
    }
  }
}
