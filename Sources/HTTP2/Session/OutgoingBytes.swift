/// The octets of one stream that wait to become DATA frames, first in first out. Small writes
/// are gathered, large arrays are kept as they are.
struct OutgoingBytes: ~Copyable {
  /// Arrays from this size on are not copied.
  private static let gatheredMax = 4096

  /// Comes before `later`: nothing is gathered here while that has octets.
  private var gathered: UnsafeMutableRawPointer?
  private var capacity = 0
  private var start = 0
  private var end = 0
  private var later: [[UInt8]] = []
  private var first = 0
  private var offset = 0
  /// The last of `later` is ours to append to.
  private var isTailOpen = false
  private(set) var count = 0

  init() {}

  deinit {
    gathered?.deallocate()
  }

  mutating func append(_ bytes: [UInt8]) {
    guard bytes.count >= Self.gatheredMax else {
      bytes.withUnsafeBytes { append($0) }
      return
    }
    later.append(bytes)
    isTailOpen = false
    count &+= bytes.count
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    if !later.isEmpty || end &+ bytes.count > Self.gatheredMax {
      appendLater(bytes)
    } else {
      reserve(end &+ bytes.count)
      gathered?.advanced(by: end).copyMemory(from: source, byteCount: bytes.count)
      end &+= bytes.count
    }
    count &+= bytes.count
  }

  /// Moves the first `byteCount` octets, at most `count`, to the end of `output`.
  mutating func move(_ byteCount: Int, to output: inout OutputBuffer) {
    var left = min(byteCount, count)
    count &-= left
    if start < end, let gathered {
      let taken = min(left, end &- start)
      output.append(UnsafeRawBufferPointer(start: gathered + start, count: taken))
      start &+= taken
      left &-= taken
      if start == end {
        start = 0
        end = 0
      }
    }
    if left > 0 { moveLater(left, to: &output) }
  }

  /// Drops all octets.
  mutating func removeAll() {
    count = 0
    start = 0
    end = 0
    if !later.isEmpty { removeLater() }
  }
}

// MARK: - Inside

extension OutgoingBytes {
  private mutating func reserve(_ byteCount: Int) {
    if byteCount <= capacity { return }
    let grown = max(byteCount, max(64, capacity * 2))
    let memory = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
    if let gathered {
      memory.copyMemory(from: gathered, byteCount: end)
      gathered.deallocate()
    }
    gathered = memory
    capacity = grown
  }

  private mutating func appendLater(_ bytes: UnsafeRawBufferPointer) {
    if !isTailOpen || later[later.count - 1].count >= Self.gatheredMax {
      later.append([])
      isTailOpen = true
    }
    later[later.count - 1].append(contentsOf: bytes)
  }

  private mutating func moveLater(_ byteCount: Int, to output: inout OutputBuffer) {
    var left = byteCount
    while left > 0, first < later.count {
      let segmentCount = later[first].count
      let taken = min(left, segmentCount &- offset)
      later[first].withUnsafeBytes {
        output.append(UnsafeRawBufferPointer(rebasing: $0[offset..<offset &+ taken]))
      }
      left &-= taken
      offset &+= taken
      if offset == segmentCount { dropFirst() }
    }
    if count == 0 { removeLater() }
  }

  private mutating func dropFirst() {
    later[first] = []
    offset = 0
    first &+= 1
    if first >= 16 {
      later.removeFirst(first)
      first = 0
    }
  }

  private mutating func removeLater() {
    later.removeAll(keepingCapacity: later.count <= 16)
    first = 0
    offset = 0
    isTailOpen = false
  }
}
