/// A growable buffer of octets on their way to a socket: frames are appended at its end, the
/// socket takes from its front. Reused for the life of a connection or a loop.
package struct OutputBuffer: ~Copyable {
  private var storage: UnsafeMutableRawPointer
  private(set) package var capacity: Int
  private var start = 0
  private var end = 0

  /// - Parameter capacity: octets allocated at once, at least 1,024.
  package init(capacity: Int = 64 << 10) {
    self.capacity = max(capacity, 1024)
    storage = .allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit {
    storage.deallocate()
  }

  /// Octets not yet taken.
  package var count: Int { end &- start }
  package var isEmpty: Bool { start == end }

  /// Lends the octets not yet taken.
  package func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: storage + start, count: count))
  }

  /// Removes `byteCount` octets from the front, as many as the socket took; more than `count`
  /// removes all.
  package mutating func take(_ byteCount: Int) {
    start = min(end, start &+ max(byteCount, 0))
    if start == end {
      start = 0
      end = 0
    }
  }

  package mutating func removeAll() {
    start = 0
    end = 0
  }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    reserve(bytes.count)
    (storage + end).copyMemory(from: source, byteCount: bytes.count)
    end &+= bytes.count
  }

  package mutating func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { append($0) }
  }

  /// Makes room for `byteCount` more octets: moves the rest to the front, or grows.
  private mutating func reserve(_ byteCount: Int) {
    if capacity &- end >= byteCount { return }
    let held = count
    if capacity &- held >= byteCount {
      storage.copyMemory(from: storage + start, byteCount: held)
    } else {
      let grown = max(capacity * 2, held + byteCount)
      let moved = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
      moved.copyMemory(from: storage + start, byteCount: held)
      storage.deallocate()
      storage = moved
      capacity = grown
    }
    start = 0
    end = held
  }
}
