package import EventLoop
package import Store
import Synchronization

/// How far this process has come, for those that start and end it: asked on the admin port, told by
/// whoever knows.
package final class ServingState: Sendable {
  package enum Phase: Int, Sendable {
    case starting, serving, draining
  }

  /// What a loop or the database may be silent for.
  package static let silenceMax = Duration.seconds(5)

  private let phaseRank = Atomic(Phase.starting.rawValue)
  /// Nanoseconds of CLOCK_BOOTTIME; 0 means never.
  private let databaseSeenAt = Atomic<UInt64>(0)
  private let schemaRefusal = Mutex<String?>("the schema's version is not known yet")
  private let loopsTurnedAt: [LoopTurn]

  private final class LoopTurn: Sendable {
    let nanoseconds: Atomic<UInt64>

    init(_ nanoseconds: UInt64) {
      self.nanoseconds = Atomic(nanoseconds)
    }
  }

  /// - Parameters:
  ///   - loopCount: loops that must turn.
  ///   - now: from when on their silence counts.
  package init(loopCount: Int, now: MonotonicInstant = .now()) {
    loopsTurnedAt = (0..<loopCount).map { _ in LoopTurn(now.nanoseconds) }
  }

  package var phase: Phase {
    get { Phase(rawValue: phaseRank.load(ordering: .acquiring)) ?? .starting }
    set { phaseRank.store(newValue.rawValue, ordering: .releasing) }
  }

  /// A loop has turned.
  package func noteTurn(ofLoop index: Int, at now: MonotonicInstant) {
    loopsTurnedAt[index].nanoseconds.store(now.nanoseconds, ordering: .relaxed)
  }

  /// A read-write connection has answered, with this refusal of its schema, or none.
  package func noteDatabase(_ refusal: SchemaVersion.Refusal?, at now: MonotonicInstant) {
    schemaRefusal.withLock { $0 = refusal?.description }
    databaseSeenAt.store(now.nanoseconds, ordering: .releasing)
  }

  // MARK: What keeps it from …

  /// … living: nothing but its own loops. A database that is away is no reason to restart.
  package func livenessFaults(at now: MonotonicInstant) -> [String] {
    loopsTurnedAt.enumerated().compactMap { index, turn in
      let silence = now - MonotonicInstant(nanoseconds: turn.nanoseconds.load(ordering: .relaxed))
      return silence > Self.silenceMax
        ? "loop-\(index) has not turned for \(silence.components.seconds) s" : nil
    }
  }

  /// … being sent calls.
  package func readinessFaults(at now: MonotonicInstant) -> [String] {
    var faults: [String] = []
    switch phase {
    case .starting: faults.append("it is starting")
    case .serving: break
    case .draining: faults.append("it is draining")
    }
    let seenAt = databaseSeenAt.load(ordering: .acquiring)
    let silence = now - MonotonicInstant(nanoseconds: seenAt)
    if seenAt == 0 {
      faults.append("no read-write connection to PostgreSQL yet")
    } else if silence > Self.silenceMax {
      faults.append(
        "no read-write connection to PostgreSQL for \(silence.components.seconds) s")
    }
    if let refusal = schemaRefusal.withLock({ $0 }) { faults.append(refusal) }
    return faults
  }

  /// … having started.
  package var startFaults: [String] { phase == .starting ? ["it is starting"] : [] }
}
