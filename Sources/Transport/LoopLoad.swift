internal import Synchronization

/// How busy one loop is, readable from every thread. Written by its loop, and by the acceptor for a
/// connection that is on its way there.
final class LoopLoad: Sendable {
  let connectionCount = Atomic<Int>(0)
  let streamCount = Atomic<Int>(0)
}

/// Chooses a loop for each new connection: the fewest active streams, then the fewest connections,
/// then in turn. gRPC connections are few and long, so a hash of the port would pile them up.
struct LoopChoice {
  private var turn = 0

  mutating func next(among loads: [LoopLoad]) -> Int {
    var best = turn % loads.count
    for step in 1..<max(loads.count, 1) {
      let candidate = (turn + step) % loads.count
      if isLess(loads[candidate], loads[best]) { best = candidate }
    }
    turn = (best + 1) % loads.count
    return best
  }

  private func isLess(_ left: LoopLoad, _ right: LoopLoad) -> Bool {
    let streams = (
      left.streamCount.load(ordering: .relaxed), right.streamCount.load(ordering: .relaxed)
    )
    if streams.0 != streams.1 { return streams.0 < streams.1 }
    return left.connectionCount.load(ordering: .relaxed)
      < right.connectionCount.load(ordering: .relaxed)
  }
}
