/// Cuts the body of a request into messages: a flag, a length of four bytes, the message
/// (PROTOCOL-HTTP2.md, "Length-Prefixed-Message"). Its boundaries have nothing to do with frames.
///
/// Feed a chunk with repeated ``next(_:)`` until it wants more bytes.
package struct MessageDeframer {
  /// What ``next(_:)`` found.
  package enum Next: Equatable {
    case needsMoreBytes
    /// A whole message of the current chunk, where it lies in that chunk: nothing was copied.
    case messageInChunk(Range<Int>)
    /// A whole message that came in several chunks.
    case message([UInt8])
    /// The prefix announces more than the limit; nothing was allocated for it.
    case tooLarge(byteCount: Int)
    /// The flag has no meaning, or none without an encoding: 1 is a compressed message.
    case flagInvalid(UInt8)
  }

  /// In bytes, of one message; exactly this many still pass.
  package let messageSizeMax: Int
  /// The peer has named an encoding: messages may be marked as compressed.
  package let takesCompressed: Bool
  /// The message under way, or else the one found last, is marked as compressed.
  package private(set) var isCompressed = false
  private var prefix: UInt64 = 0
  private var prefixByteCount = 0
  private var partial: [UInt8] = []
  /// How many bytes of the announced message have not arrived yet.
  package private(set) var missingByteCount = 0

  package init(messageSizeMax: Int, takesCompressed: Bool = false) {
    self.messageSizeMax = messageSizeMax
    self.takesCompressed = takesCompressed
  }

  /// True between two messages: an end of the stream anywhere else cuts a message off.
  package var isAtBoundary: Bool { prefixByteCount == 0 }

  /// Bytes of the message under way that are held here.
  package var heldByteCount: Int { partial.count }

  /// The announced length of the message under way, once its prefix is whole.
  package var announcedByteCount: Int? {
    prefixByteCount == 5 ? partial.count + missingByteCount : nil
  }

  /// The next message of the chunk.
  /// - Parameter position: where to go on in the chunk; moved past what was taken.
  package mutating func next(_ chunk: UnsafeRawBufferPointer, from position: inout Int) -> Next {
    if prefixByteCount < 5 {
      while prefixByteCount < 5 {
        guard position < chunk.count else { return .needsMoreBytes }
        prefix = prefix << 8 | UInt64(chunk[position])
        position += 1
        prefixByteCount += 1
      }
      let flag = UInt8(truncatingIfNeeded: prefix >> 32)
      guard flag == 0 || flag == 1 && takesCompressed else { return .flagInvalid(flag) }
      isCompressed = flag == 1
      missingByteCount = Int(prefix & 0xFFFF_FFFF)
      guard missingByteCount <= (isCompressed ? compressedSizeMax : messageSizeMax) else {
        return .tooLarge(byteCount: missingByteCount)
      }
      if chunk.count - position >= missingByteCount {
        let range = position..<(position + missingByteCount)
        position = range.upperBound
        startPrefix()
        return .messageInChunk(range)
      }
    }
    return collect(chunk, from: &position)
  }

  private mutating func collect(
    _ chunk: UnsafeRawBufferPointer, from position: inout Int
  ) -> Next {
    let taken = min(chunk.count - position, missingByteCount)
    if partial.isEmpty {
      // Memory follows the bytes that came, never the length that was announced.
      partial.reserveCapacity(min(missingByteCount, 65_536))
    }
    partial.append(contentsOf: chunk[position..<(position + taken)])
    position += taken
    missingByteCount -= taken
    guard missingByteCount == 0 else { return .needsMoreBytes }
    let message = partial
    partial = []
    startPrefix()
    return .message(message)
  }

  /// What can't be compressed grows: by 18 bytes, and 5 for a block of at most 64 KiB. The rest is
  /// for writers of shorter blocks.
  private var compressedSizeMax: Int { messageSizeMax + messageSizeMax >> 8 + 128 }

  private mutating func startPrefix() {
    prefix = 0
    prefixByteCount = 0
    missingByteCount = 0
  }
}
