import CArgon2

/// Argon2id version 1.3 (RFC 9106) by libargon2, on the calling thread alone whatever the lanes.
package enum Argon2id {
  /// The cost of a hash. A value within the caps by construction.
  package struct Parameters: Hashable, Sendable {
    /// 19 MiB, two passes, one lane: 17 ms of CPU.
    package static let standard = Parameters(unchecked: 19_456, 2, 1)

    /// In KiB: 128 MiB.
    package static let memoryMax = 131_072
    package static let passCountMax = 16
    package static let laneCountMax = 16
    /// KiB × passes: bounds the time of one hash to about a second.
    package static let workMax = 1_048_576

    /// In KiB, 8 × lanes … ``memoryMax``.
    package let memory: Int
    /// 1…``passCountMax``.
    package let passCount: Int
    /// 1…``laneCountMax``; computed by one thread.
    package let laneCount: Int

    private init(unchecked memory: Int, _ passCount: Int, _ laneCount: Int) {
      self.memory = memory
      self.passCount = passCount
      self.laneCount = laneCount
    }

    /// Nil outside the caps: checked before anything is allocated, for stored and imported
    /// hashes alike.
    package init?(memory: Int, passCount: Int, laneCount: Int) {
      guard (1...Self.laneCountMax).contains(laneCount) else { return nil }
      guard (1...Self.passCountMax).contains(passCount) else { return nil }
      guard (8 * laneCount...Self.memoryMax).contains(memory) else { return nil }
      guard memory * passCount <= Self.workMax else { return nil }
      self.init(unchecked: memory, passCount, laneCount)
    }
  }

  /// Why there is no hash.
  package enum Failure: Error, Hashable {
    /// Refused before hashing: more than ``passwordByteCountMax``.
    case passwordTooLong
    case outOfMemory
    /// Salt or output length outside libargon2's own limits.
    case refused(CInt)
  }

  /// In bytes of UTF-8; NUL is a byte like any other and nothing is cut.
  package static let passwordByteCountMax = 1_024
  /// R-PWD-1: 128 bits.
  package static let saltByteCount = 16
  package static let outputByteCount = 32

  /// Blocks for milliseconds: call it on a ``HashPool``.
  package static func hash(
    _ password: [UInt8], salt: [UInt8], parameters: Parameters, byteCount: Int = outputByteCount
  ) throws(Failure) -> [UInt8] {
    guard password.count <= passwordByteCountMax else { throw .passwordTooLong }
    var password = password
    var salt = salt
    var output = [UInt8](repeating: 0, count: byteCount)
    let result = password.withUnsafeMutableBufferPointer { password in
      salt.withUnsafeMutableBufferPointer { salt in
        output.withUnsafeMutableBufferPointer { output in
          run(password, salt, output, parameters)
        }
      }
    }
    // ARGON2_OK, ARGON2_MEMORY_ALLOCATION_ERROR, or an argument outside its limits.
    switch result {
    case ARGON2_OK.rawValue: return output
    case ARGON2_MEMORY_ALLOCATION_ERROR.rawValue: throw .outOfMemory
    default: throw .refused(result)
    }
  }

  private static func run(
    _ password: UnsafeMutableBufferPointer<UInt8>, _ salt: UnsafeMutableBufferPointer<UInt8>,
    _ output: UnsafeMutableBufferPointer<UInt8>, _ parameters: Parameters
  ) -> CInt {
    var context = argon2_context()
    context.out = output.baseAddress
    context.outlen = UInt32(output.count)
    context.pwd = password.baseAddress
    context.pwdlen = UInt32(password.count)
    context.salt = salt.baseAddress
    context.saltlen = UInt32(salt.count)
    context.t_cost = UInt32(parameters.passCount)
    context.m_cost = UInt32(parameters.memory)
    context.lanes = UInt32(parameters.laneCount)
    context.threads = 1
    context.version = ARGON2_VERSION_13.rawValue
    return argon2_ctx(&context, Argon2_id)
  }
}
