/// The octets of one stream that wait to become DATA frames, first in first out. Small writes
/// are gathered in one segment, large arrays are kept as they are.
struct OutgoingBytes {
  /// Arrays from this size on are not copied.
  private static let gatheredMax = 4096

  private var segments: [[UInt8]] = []
  private var first = 0
  private var offset = 0
  /// The last segment is ours to append to.
  private var isTailOpen = false
  private(set) var count = 0

  mutating func append(_ bytes: [UInt8]) {
    guard bytes.count >= Self.gatheredMax else {
      bytes.withUnsafeBytes { append($0) }
      return
    }
    segments.append(bytes)
    isTailOpen = false
    count &+= bytes.count
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if bytes.isEmpty { return }
    if !isTailOpen || segments[segments.count - 1].count >= Self.gatheredMax {
      var segment: [UInt8] = []
      segment.reserveCapacity(min(max(bytes.count, 64), Self.gatheredMax))
      segments.append(segment)
      isTailOpen = true
    }
    segments[segments.count - 1].append(contentsOf: bytes)
    count &+= bytes.count
  }

  /// Moves the first `byteCount` octets, at most `count`, to the end of `output`.
  mutating func move(_ byteCount: Int, to output: inout OutputBuffer) {
    var left = min(byteCount, count)
    while left > 0 {
      let segmentCount = segments[first].count
      let taken = min(left, segmentCount &- offset)
      segments[first].withUnsafeBytes {
        output.append(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + taken]))
      }
      left &-= taken
      count &-= taken
      offset &+= taken
      if offset == segmentCount { dropFirst() }
    }
  }

  /// Drops all octets.
  mutating func removeAll() {
    if isTailOpen, segments.count == 1 {
      segments[0].removeAll(keepingCapacity: true)
    } else {
      segments.removeAll(keepingCapacity: true)
      isTailOpen = false
    }
    count = 0
    first = 0
    offset = 0
  }

  private mutating func dropFirst() {
    offset = 0
    if count == 0 { return removeAll() }
    segments[first] = []
    first &+= 1
    if first >= 16 {
      segments.removeFirst(first)
      first = 0
    }
  }
}
