package import Logging
import Synchronization

/// Which calls have a line of the log.
package enum CallLines: String, Sendable, CaseIterable {
  case none
  /// Those that end with another status than OK, at most ``LoopObserver/callLinesMax`` a second
  /// and loop.
  case failed
  case all
}

/// What of the log may change while the process runs; read by every thread.
package final class LogSwitches: Sendable {
  private let levelRank: Atomic<Int>
  private let callsRank: Atomic<Int>

  package init(level: Logger.Level = .info, calls: CallLines = .failed) {
    levelRank = Atomic(Self.rank(of: level))
    callsRank = Atomic(Self.rank(of: calls))
  }

  package var level: Logger.Level {
    get { Logger.Level.allCases[levelRank.load(ordering: .relaxed)] }
    set { levelRank.store(Self.rank(of: newValue), ordering: .relaxed) }
  }

  package var calls: CallLines {
    get { CallLines.allCases[callsRank.load(ordering: .relaxed)] }
    set { callsRank.store(Self.rank(of: newValue), ordering: .relaxed) }
  }

  private static func rank<Choice: CaseIterable & Equatable>(of choice: Choice) -> Int {
    Choice.allCases.enumerated().first { $0.element == choice }?.offset ?? 0
  }
}
