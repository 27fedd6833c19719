/// The last 128 streams that we reset: frames of the peer may still be on their way to them
/// (RFC 9113 §5.1).
struct RecentIDs {
  private static let countMax = 128
  private var ids: [Int32] = []
  private var next = 0

  mutating func insert(_ id: Int32) {
    if ids.count < Self.countMax {
      ids.append(id)
    } else {
      ids[next] = id
      next = (next &+ 1) % Self.countMax
    }
  }

  func contains(_ id: Int32) -> Bool {
    ids.contains(id)
  }
}
