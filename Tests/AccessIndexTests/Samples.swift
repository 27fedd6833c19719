import Domain
import EventLoop

@testable import AccessIndex

extension MonotonicInstant {
  static func milliseconds(_ count: UInt64) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: count * 1_000_000)
  }
}

extension TokenHash {
  static func sample(_ number: Int) -> TokenHash {
    TokenHash(words: (UInt64(number), 0, 0, 0))
  }
}

extension ServiceToken {
  static func sample(
    _ name: String = "backend", expiresAt: Int64? = nil, revokedAt: Int64? = nil
  ) -> ServiceToken {
    ServiceToken(
      id: ServiceTokenID(.nil), name: Name(stored: name),
      rights: Rights(methods: [.all], organizations: .all, actsForUsers: false),
      createdAt: Timestamp(microseconds: 0),
      expiresAt: expiresAt.map { Timestamp(microseconds: $0) },
      revokedAt: revokedAt.map { Timestamp(microseconds: $0) })
  }
}

extension ServiceTokenCursor {
  static func sample(epoch: Int32 = 1, timeline: String = "00000001") -> ServiceTokenCursor {
    ServiceTokenCursor(history: History(epoch: epoch, timeline: timeline), snapshot: "1:1:")
  }
}

extension ServiceTokenPoll {
  /// A poll at `milliseconds` of database time that found these tokens.
  static func sample(
    _ tokens: [Int: ServiceToken], epoch: Int32 = 1, at milliseconds: Int64 = 0
  ) -> ServiceTokenPoll {
    ServiceTokenPoll(
      cursor: .sample(epoch: epoch),
      databaseTime: Timestamp(microseconds: milliseconds * 1_000),
      changes: tokens.map { Change(hash: .sample($0), token: $1) })
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// Steps by time, then in the order in which they were added.
struct StepQueue<Step> {
  private var heap: [(time: UInt64, order: Int, step: Step)] = []
  private var order = 0

  mutating func add(_ step: Step, at time: UInt64) {
    order += 1
    heap.append((time, order, step))
    var child = heap.count - 1
    while child > 0, isBefore(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func next() -> (UInt64, Step)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return (first.time, first.step) }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if isBefore(child, least) { least = child }
      }
      guard least != parent else { return (first.time, first.step) }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    (heap[left].time, heap[left].order) < (heap[right].time, heap[right].order)
  }
}
