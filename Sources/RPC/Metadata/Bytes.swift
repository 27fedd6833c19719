internal import Glibc

extension UnsafeRawBufferPointer {
  /// Whether these are exactly the bytes of the literal.
  @inline(__always)
  func equals(_ literal: StaticString) -> Bool {
    count == literal.utf8CodeUnitCount && starts(with: literal)
  }

  /// Whether the first bytes are those of the literal.
  @inline(__always)
  func starts(with literal: StaticString) -> Bool {
    guard count >= literal.utf8CodeUnitCount, let start = baseAddress else {
      return literal.utf8CodeUnitCount == 0
    }
    return memcmp(start, literal.utf8Start, literal.utf8CodeUnitCount) == 0
  }

  /// Whether the last bytes are those of the literal.
  @inline(__always)
  func ends(with literal: StaticString) -> Bool {
    guard count >= literal.utf8CodeUnitCount, let start = baseAddress else {
      return literal.utf8CodeUnitCount == 0
    }
    let tail = start + (count - literal.utf8CodeUnitCount)
    return memcmp(tail, literal.utf8Start, literal.utf8CodeUnitCount) == 0
  }
}
