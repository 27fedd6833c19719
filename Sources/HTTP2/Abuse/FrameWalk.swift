/// Reads the heads of a client's frames (RFC 9113 §4.1) before the library does, for two things of
/// which that says nothing, or too much:
///
/// It skips empty DATA of streams that are over without a word; here it is counted.
///
/// It ends the connection for RST_STREAM on an idle stream (§6.4). Clients that cancel a call after
/// they gave it an id and before its HEADERS were written send just that (gRPC's own library and
/// Rust's h2 have), and would lose every other call of the connection by it. So a reset of one of
/// the next streams after the last that was opened is kept from the library, and counted.
struct FrameWalk: Sendable {
  /// What is for the library: first the octets of the range, then perhaps more.
  struct Step {
    var octets: Range<Int>
    var then: Event
  }

  enum Event {
    /// All has been read.
    case end
    /// ``head``, which came in parts.
    case head
    /// Nothing: a reset of an idle stream is left out.
    case idleReset
  }

  /// Ids that a client may have given and not used: those of as many calls as it may have open.
  private static let idleSpan: UInt32 = 256

  private(set) var emptyDataCount: UInt64 = 0
  /// The head of the frame under way, whole with ``Event/head``.
  private(set) var head = InlineArray<9, UInt8>(repeating: 0)
  private var headCount = 0
  /// Octets before the next head: of the preface, or of a payload.
  private var skipCount = 24
  /// They are not for the library.
  private var isDropping = false
  private var lastStreamID: UInt32 = 0
  /// Only CONTINUATION may come.
  private var isInHeaderBlock = false

  init() {}

  /// Reads on from `position`, up to the end or to what has to be told before it goes on.
  mutating func next(_ bytes: UnsafeRawBufferPointer, from position: inout Int) -> Step {
    if isDropping {
      skip(bytes, &position)
      isDropping = skipCount > 0
    }
    if headCount > 0 {
      fill(bytes, &position)
      if headCount == 9 {
        let whole = withUnsafeBytes(of: head) { FrameHead($0, at: 0) }
        return Step(octets: position..<position, then: pass(whole))
      }
    }
    let start = position
    while true {
      skip(bytes, &position)
      guard position < bytes.count else { return Step(octets: start..<position, then: .end) }
      let end = position
      guard bytes.count &- position >= 9 else {
        fill(bytes, &position)
        return Step(octets: start..<end, then: .end)
      }
      let whole = FrameHead(bytes, at: position)
      position &+= 9
      if pass(whole) == .idleReset { return Step(octets: start..<end, then: .idleReset) }
    }
  }

  private mutating func skip(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) {
    let skipped = min(skipCount, bytes.count &- position)
    skipCount &-= skipped
    position &+= skipped
  }

  private mutating func fill(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) {
    while headCount < 9, position < bytes.count {
      head[headCount] = bytes[position]
      headCount &+= 1
      position &+= 1
    }
  }

  private mutating func pass(_ head: FrameHead) -> Event {
    headCount = 0
    skipCount = head.length
    switch head.type {
    case FrameType.data:
      if head.length == 0 { emptyDataCount &+= 1 }
    case FrameType.headers:
      if head.stream & 1 == 1 { lastStreamID = max(lastStreamID, head.stream) }
      isInHeaderBlock = head.flags & FrameFlag.endHeaders == 0
    case FrameType.continuation:
      isInHeaderBlock = head.flags & FrameFlag.endHeaders == 0
    case FrameType.resetStream:
      guard isIdle(head.stream), head.length == 4, !isInHeaderBlock else { return .head }
      isDropping = true
      return .idleReset
    default: break
    }
    return .head
  }

  /// Where no stream was opened yet nobody loses anything: that is the library's to refuse.
  private func isIdle(_ id: UInt32) -> Bool {
    id & 1 == 1 && lastStreamID > 0 && id > lastStreamID && id &- lastStreamID <= Self.idleSpan
  }
}

/// RFC 9113 §4.1.
private struct FrameHead {
  let length: Int
  let type: UInt8
  let flags: UInt8
  let stream: UInt32

  /// - Precondition: 9 octets are there.
  init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
    let word = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    length = Int(word >> 40)
    type = UInt8(truncatingIfNeeded: word >> 32)
    flags = UInt8(truncatingIfNeeded: word >> 24)
    stream = (UInt32(truncatingIfNeeded: word) << 8 | UInt32(bytes[position + 8])) & 0x7fff_ffff
  }
}
