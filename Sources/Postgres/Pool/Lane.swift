/// Whose turn comes first on the connections that callers hold alone, and how many each may hold.
///
/// A bulk statement takes a hundred times as long as a look-up: with one queue for all, look-ups
/// would wait for imports.
enum Lane: Int, CaseIterable {
  case lookup, write, bulk

  init(_ kind: StatementKind) {
    switch kind {
    case .point, .read: self = .lookup
    case .write: self = .write
    case .list, .bulk: self = .bulk
    }
  }
}

/// How many connections each lane holds, out of how many it and those after it may hold.
struct LaneShares {
  private var held = InlineArray<3, Int>(repeating: 0)
  /// Of a lane and those after it, together.
  private let limits: InlineArray<3, Int>

  /// - Parameter isReserving: bulk gets half of the connections, and writes leave one to look-ups,
  ///   as far as there are enough; false lets every lane hold all.
  init(connectionCount count: Int, isReserving: Bool) {
    guard isReserving else {
      limits = InlineArray(repeating: count)
      return
    }
    limits = [count, count >= 3 ? count - 1 : count, max(1, count / 2)]
  }

  /// Whether one more connection may go to the lane.
  func allows(_ lane: Lane) -> Bool { room(for: lane) > 0 }

  /// How many more connections may go to the lane.
  func room(for lane: Lane) -> Int {
    var room = Int.max
    var taken = 0
    for other in held.indices.reversed() {
      taken += held[other]
      if other <= lane.rawValue { room = min(room, limits[other] - taken) }
    }
    return room
  }

  mutating func take(_ lane: Lane) { held[lane.rawValue] += 1 }
  mutating func giveBack(_ lane: Lane) { held[lane.rawValue] -= 1 }
}
