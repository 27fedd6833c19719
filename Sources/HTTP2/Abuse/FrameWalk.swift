/// Counts the empty DATA frames of what a client sends, also those that the library skips without
/// a word since their stream is over. Follows the heads of frames (RFC 9113 §4.1), nothing else.
struct FrameWalk: Sendable {
  private(set) var emptyDataCount: UInt64 = 0
  /// Octets before the next head: of the preface, or of a payload.
  private var skipCount = 24
  /// Of a head that came in parts: its first four octets, and how many of its nine have come.
  private var head: UInt32 = 0
  private var headCount = 0

  init() {}

  mutating func pass(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    while true {
      let skipped = min(skipCount, bytes.count &- position)
      skipCount &-= skipped
      position &+= skipped
      if position == bytes.count { return }
      if headCount == 0, bytes.count &- position >= 9 {
        head = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        position &+= 9
        endHead()
      } else {
        if headCount < 4 { head = head << 8 | UInt32(bytes[position]) }
        position &+= 1
        headCount &+= 1
        if headCount == 9 { endHead() }
      }
    }
  }

  private mutating func endHead() {
    skipCount = Int(head >> 8)
    if head == UInt32(FrameType.data) { emptyDataCount &+= 1 }
    headCount = 0
    head = 0
  }
}
