import EventLoop
import Logging
import Metrics
import RPC
import Transport

/// What happens on one loop, counted and logged. Confined to the loop.
final class LoopObserver: ServerObserver, Flushable, @unchecked Sendable {
  // Safety: confined to `loop`, which is Sendable.

  /// Lines of calls a second.
  static let callLinesMax = 100

  let loop: EventLoop
  private let registry: MetricRegistry
  private let logger: Logger
  private let switches: LogSwitches
  private var limit = LineLimit()
  private let calls: CallMetrics
  private let openCount: Gauge
  private var ends: [String: Counter] = [:]
  private var errors: [String: Counter] = [:]
  private let acceptFailures: Counter

  /// A call that ended in this turn.
  private struct EndedCall {
    let method: Int
    let code: StatusCode
    let startedAt: UInt64
  }

  private var ended: [EndedCall] = []

  init(
    _ loop: EventLoop, _ registry: MetricRegistry, _ logger: Logger, _ switches: LogSwitches,
    methods: [Method]
  ) {
    self.loop = loop
    self.registry = registry
    self.logger = logger
    self.switches = switches
    calls = CallMetrics(registry, methods: methods)
    openCount = registry.gauge(.connections, "open")
    acceptFailures = registry.counter(.acceptFailures)
  }

  // MARK: Calls

  func callStarted(_ call: ServerCall) {
    calls.noteStart(method: call.methodIndex)
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {
    if ended.isEmpty { loop.requestFlush(self, .replies) }
    ended.append(
      EndedCall(method: call.methodIndex, code: status, startedAt: call.startedAt))
    let isTold = status == .ok ? switches.calls == .all : switches.calls != .none
    if isTold { write(call, status) }
  }

  /// The clock is read once for all calls that ended in this turn, as their answers go out.
  func flush() {
    let now = MonotonicInstant.now().nanoseconds
    for call in ended {
      calls.noteEnd(
        method: call.method, call.code,
        nanoseconds: now > call.startedAt ? now - call.startedAt : 0)
    }
    ended.removeAll(keepingCapacity: true)
  }

  private func write(_ call: ServerCall, _ status: StatusCode) {
    let max = switches.calls == .all ? Int.max : Self.callLinesMax
    line(.info, "call_finished", max: max) {
      let now = MonotonicInstant.now().nanoseconds
      let elapsed = now > call.startedAt ? now - call.startedAt : 0
      return CallFields.metadata(of: call, status, nanoseconds: elapsed)
    }
  }

  func requestRefused(peer: String, path: String, _ status: Status) {
    calls.noteRefusal(path: path, status.code)
    guard switches.calls != .none else { return }
    line(.info, "request_refused", max: Self.callLinesMax) {
      [
        "method": .string(path), "code": .string(status.code.name), "peer": .string(peer),
        "reason": .string(status.message),
      ]
    }
  }

  // MARK: Connections

  func connectionOpened(peer: String) {
    openCount.add(1)
  }

  func connectionEnded(peer: String, _ end: ConnectionEnd) {
    openCount.add(-1)
    let facts = ConnectionEndFacts(end)
    count(.connectionEnds, facts.reason, in: &ends)
    if facts.isPeersFault { count(.protocolErrors, facts.reason, in: &errors) }
    line(facts.level, facts.event) {
      var fields: Logger.Metadata = ["peer": .string(peer)]
      if let remedy = facts.remedy { fields["remedy"] = .string(remedy) }
      if let rule = facts.rule { fields["rule"] = .string(rule) }
      return fields
    }
  }

  func acceptFailed(_ reason: String) {
    acceptFailures.add()
    line(.error, "accept_failed") { ["reason": .string(reason)] }
  }

  private func count(
    _ family: MetricFamily, _ label: String, in counters: inout [String: Counter]
  ) {
    if let counter = counters[label] { return counter.add() }
    let counter = registry.counter(family, label)
    counter.add()
    counters[label] = counter
  }

  // MARK: Lines

  private func line(
    _ level: Logger.Level, _ event: String, max: Int = 1, _ fields: () -> Logger.Metadata
  ) {
    guard switches.level <= level,
      let leftOut = limit.admit(event, max: max, at: loop.now)
    else { return }
    var fields = fields()
    if leftOut > 0 { fields["left_out"] = .stringConvertible(leftOut) }
    logger.log(level: level, "\(event)", metadata: fields)
  }

  /// Lines left out, of events that have not come again since.
  func tellUntold() {
    for (event, count) in limit.untold(at: loop.now) {
      logger.info(
        "lines_left_out",
        metadata: ["of": .string(event), "count": .stringConvertible(count)])
    }
  }
}
