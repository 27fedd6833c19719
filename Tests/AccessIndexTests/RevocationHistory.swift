import Domain
import EventLoop

@testable import AccessIndex

/// A way to build the index wrongly; a simulation that can't catch each of them proves nothing.
enum Mutant: CaseIterable {
  /// The deadline counts from the answer instead of the question.
  case anchorAtResponse
  /// A check reads the table, then the deadline.
  case tableBeforeDeadline
  /// A poll publishes its deadline, then its table.
  case deadlineBeforeTable
  /// A timer lowers a flag at the deadline; checks read the flag, not the clock.
  case flagByTimer
  /// A revocation returns 150 ms too early.
  case waitTooShort
}

/// One seeded history of a database, a replica that polls it, and requests that present two tokens
/// while they are revoked: every step may be delayed, and the whole replica may pause. Times are in
/// milliseconds.
struct RevocationHistory {
  struct Finding: Hashable {
    var validCount = 0
    var staleCount = 0
    var unknownCount = 0
    /// Requests sent after a revocation had returned, and answered `valid`.
    var violationCount = 0
  }

  private enum Step {
    case sendPoll
    case answerPoll(sent: UInt64, cursor: ServiceTokenCursor?)
    case receivePoll(ServiceTokenPoll, sent: UInt64)
    case publishDeadline(UInt64)
    case publishTable(ServiceTokenPoll)
    case lowerFlag(raised: Int)
    case check(Int, CheckStep)
  }

  private enum CheckStep {
    case arrive, loadDeadline, readClock, readTable
  }

  private struct Check {
    let token: Int
    let sent: UInt64
    var deadline = MonotonicInstant(nanoseconds: 0)
    var isFresh = false
    var hasClock = false
    var answer = ServiceTokens.Answer.stale
  }

  private static let end: UInt64 = 6_000
  private static let checkCount = 24

  private let mutant: Mutant?
  private var random: SplitMix
  private var steps = StepQueue<Step>()
  private var clock: UInt64 = 1_000
  private let tokens = ServiceTokens()
  private var load = ServiceTokenLoad()
  private var checks: [Check] = []
  private var commits: [UInt64] = []
  private var pauses: [ClosedRange<UInt64>] = []
  private var flagRaises = 0
  private var isFlagUp = false
  private var finding = Finding()

  init(seed: UInt64, mutant: Mutant? = nil) {
    self.mutant = mutant
    random = SplitMix(state: seed)
    commits = (0..<2).map { _ in number(2_000...4_000) }
    for _ in 0..<Int(number(0...2)) {
      let start = number(1_000...5_000)
      pauses.append(start...start + number(1...2_000))
    }
    steps.add(.sendPoll, at: clock)
    for index in 0..<Self.checkCount {
      // Half of them where a revocation has just returned, or is about to.
      let commit = commits[index % 2]
      let sent = number(0...1) == 0 ? number(1_500...Self.end) : commit + number(850...1_300)
      checks.append(Check(token: index % 2, sent: sent))
      steps.add(.check(index, .arrive), at: sent + delay())
    }
  }

  mutating func run() -> Finding {
    while let (time, step) = steps.next() {
      if time > Self.end + 4_000 { break }
      clock = max(clock, time)
      if runsOnReplica(step), let pause = pauses.first(where: { $0.contains(clock) }) {
        steps.add(step, at: pause.upperBound + 1 + number(0...2))
      } else {
        perform(step)
      }
    }
    return finding
  }

  private func runsOnReplica(_ step: Step) -> Bool {
    if case .answerPoll = step { false } else { true }
  }

  private mutating func perform(_ step: Step) {
    switch step {
    case .sendPoll:
      if clock < Self.end {
        steps.add(.answerPoll(sent: clock, cursor: load.cursor), at: clock + delay())
      }
    case .answerPoll(let sent, let cursor):
      if number(0...9) == 0 {
        // Lost: the replica gives up later and asks again.
        steps.add(.sendPoll, at: sent + 500)
      } else {
        steps.add(.receivePoll(poll(after: cursor), sent: sent), at: clock + delay())
      }
    case .receivePoll(let poll, let sent):
      receive(poll, sent)
    case .publishTable(let poll):
      publishTable(poll)
    case .publishDeadline(let sent):
      publishDeadline(sent)
    case .lowerFlag(let raised):
      if raised == flagRaises { isFlagUp = false }
    case .check(let index, let step):
      advance(index, step)
    }
  }

  // MARK: The database

  private func poll(after cursor: ServiceTokenCursor?) -> ServiceTokenPoll {
    let changes = commits.indices.map { token in
      let isRevoked = commits[token] <= clock
      return ServiceTokenPoll.Change(
        hash: .sample(token), token: .sample(revokedAt: isRevoked ? 1 : nil))
    }
    return ServiceTokenPoll(
      cursor: .sample(),
      databaseTime: Timestamp(microseconds: Int64(clock) * 1_000), changes: changes)
  }

  // MARK: The replica's poller

  private mutating func receive(_ poll: ServiceTokenPoll, _ sent: UInt64) {
    let anchor = mutant == .anchorAtResponse ? clock : sent
    if mutant == .deadlineBeforeTable {
      publishDeadline(anchor)
      steps.add(.publishTable(poll), at: clock + delay())
    } else {
      publishTable(poll)
      steps.add(.publishDeadline(anchor), at: clock + delay())
    }
    steps.add(.sendPoll, at: max(sent + 250, clock + 1) + delay())
  }

  private mutating func publishTable(_ poll: ServiceTokenPoll) {
    _ = load.take(poll)
    tokens.publish(load.current, timeOffset: 0)
  }

  private mutating func publishDeadline(_ sent: UInt64) {
    let deadline = ServiceTokenLoad.deadline(.milliseconds(sent))
    tokens.publish(deadline: deadline)
    guard deadline > .milliseconds(clock) else { return }
    flagRaises += 1
    isFlagUp = true
    steps.add(.lowerFlag(raised: flagRaises), at: deadline.nanoseconds / 1_000_000)
  }

  // MARK: Requests, in the order of R3

  private mutating func advance(_ index: Int, _ step: CheckStep) {
    switch step {
    case .arrive:
      let first = mutant == .tableBeforeDeadline ? CheckStep.readTable : .loadDeadline
      steps.add(.check(index, first), at: clock + delay())
    case .loadDeadline:
      checks[index].deadline = tokens.loadDeadline()
      steps.add(.check(index, .readClock), at: clock + delay())
    case .readClock:
      let isFresh = .milliseconds(clock) < checks[index].deadline
      checks[index].isFresh = mutant == .flagByTimer ? isFlagUp : isFresh
      checks[index].hasClock = true
      if mutant == .tableBeforeDeadline {
        judge(checks[index])
      } else {
        steps.add(.check(index, .readTable), at: clock + delay())
      }
    case .readTable:
      checks[index].answer = tokens.read(
        .sample(checks[index].token), at: .milliseconds(clock))
      if checks[index].hasClock {
        judge(checks[index])
      } else {
        steps.add(.check(index, .loadDeadline), at: clock + delay())
      }
    }
  }

  private mutating func judge(_ check: Check) {
    guard check.isFresh else {
      finding.staleCount += 1
      return
    }
    guard case .valid = check.answer else {
      finding.unknownCount += 1
      return
    }
    finding.validCount += 1
    let wait = ServiceTokens.revocationWait - .milliseconds(mutant == .waitTooShort ? 150 : 0)
    let returned = MonotonicInstant.milliseconds(commits[check.token]).advanced(by: wait)
    if .milliseconds(check.sent) > returned { finding.violationCount += 1 }
  }

  // MARK: Chance

  private mutating func number(_ range: ClosedRange<UInt64>) -> UInt64 {
    UInt64.random(in: range, using: &random)
  }

  /// Mostly short, sometimes longer than a lease.
  private mutating func delay() -> UInt64 {
    switch number(0...19) {
    case 0: number(0...2_500)
    case 1...3: number(0...300)
    default: number(0...3)
    }
  }
}
