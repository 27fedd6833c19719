import EventLoop
import HTTP2
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
  private let logger: Logger
  private let switches: LogSwitches
  private var limit = LineLimit()
  private let calls: CallMetrics
  private let openCount: Gauge
  private var ends: CounterTable
  private var faults: CounterTable
  private let acceptFailures: Counter
  private let connectionsRefused: Counter
  private let resetsSent: Counter
  private let resetsReceived: Counter
  private var goaways: CounterTable
  private var floods: CounterTable
  private var slowStreams: CounterTable
  private let memoryRefusals: Counter
  private let handshakes: Histogram
  private var handshakeFailures: CounterTable
  private var sheddings: CounterTable
  private let queues: [(admissionClass: AdmissionClass, seconds: Histogram)]
  private let quotaRefusals: Counter

  /// A call that ended in this turn.
  private struct EndedCall {
    let method: Int
    let code: StatusCode
    let startedAt: UInt64
    let trace: (high: UInt64, low: UInt64)
  }

  private var ended: [EndedCall] = []

  init(
    _ loop: EventLoop, _ registry: MetricRegistry, _ logger: Logger, _ switches: LogSwitches,
    methods: [Method]
  ) {
    self.loop = loop
    self.logger = logger
    self.switches = switches
    calls = CallMetrics(registry, methods: methods)
    openCount = registry.gauge(.connections, "open")
    ends = CounterTable(registry, .connectionEnds)
    faults = CounterTable(registry, .protocolErrors)
    acceptFailures = registry.counter(.acceptFailures)
    connectionsRefused = registry.counter(.connectionsRefused)
    resetsSent = registry.counter(.resetsSent)
    resetsReceived = registry.counter(.resetsReceived)
    goaways = CounterTable(registry, .goaways)
    floods = CounterTable(registry, .floods)
    slowStreams = CounterTable(registry, .slowStreams)
    memoryRefusals = registry.counter(.memoryRefusals)
    handshakes = registry.histogram(.handshakeSeconds)
    handshakeFailures = CounterTable(registry, .handshakeFailures)
    sheddings = CounterTable(registry, .shed)
    queues = [AdmissionClass.lookup, .write, .bulk].map {
      ($0, registry.histogram(.queueSeconds, "\($0)"))
    }
    quotaRefusals = registry.counter(.quotaRefusals)
  }

  // MARK: Calls

  func callStarted(_ call: ServerCall) {
    calls.noteStart(method: call.methodIndex)
  }

  func callEnded(_ call: ServerCall, _ status: StatusCode) {
    if ended.isEmpty { loop.requestFlush(self, .replies) }
    ended.append(
      EndedCall(
        method: call.methodIndex, code: status, startedAt: call.startedAt,
        trace: call.sampledTrace))
    let isTold = status == .ok ? switches.calls == .all : switches.calls != .none
    if isTold { write(call, status) }
  }

  /// The clock is read once for all calls that ended in this turn, as their answers go out.
  func flush() {
    let now = MonotonicInstant.now().nanoseconds
    for call in ended {
      calls.noteEnd(
        method: call.method, call.code,
        nanoseconds: now > call.startedAt ? now - call.startedAt : 0, trace: call.trace)
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
    ends.add(facts.reason)
    if facts.isPeersFault {
      faults.add(facts.reason)
    } else if facts.reason != "peer" {
      goaways.add(facts.reason)
    }
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

  /// `acceptFailed` comes as well, and has the line.
  func connectionsRefused(_ count: Int) {
    connectionsRefused.add(UInt64(max(0, count)))
  }

  func connectionCounted(_ ledger: AbuseLedger) {
    resetsSent.add(ledger.resetsProduced)
    resetsReceived.add(ledger.count(of: .resetReceived))
  }

  func handshakeEnded(peer: String, after duration: Duration, failure: HandshakeFailure?) {
    if let failure {
      handshakeFailures.add(failure.label)
    } else {
      handshakes.observe(nanoseconds: UInt64(max(0, duration.saturatedNanoseconds)))
    }
  }

  // MARK: Abuse

  func abuseWarned(peer: String, _ vector: AbuseVector) {
    goaways.add("warning")
    line(.warning, "flood_warned") {
      ["peer": .string(peer), "vector": .string(vector.name)]
    }
  }

  func abuseClosed(peer: String, _ vector: AbuseVector) {
    goaways.add("flood")
    floods.add(vector.name)
  }

  func streamTooSlow(peer: String, _ side: SlowSide) {
    slowStreams.add("\(side)")
    line(.info, "stream_too_slow") { ["peer": .string(peer), "side": .string("\(side)")] }
  }

  func memoryRefused(peer: String) {
    memoryRefusals.add()
    line(.warning, "memory_refused") { ["peer": .string(peer)] }
  }

  // MARK: Overload

  func shed(_ admissionClass: AdmissionClass, _ reason: ShedReason) {
    sheddings.add("\(admissionClass)", reason.rawValue)
  }

  func queuesMeasured(_ waits: QueueWaits) {
    for (admissionClass, seconds) in queues {
      seconds.observe(nanoseconds: waits[admissionClass])
    }
  }

  func quotaRefused(identity: String) {
    quotaRefusals.add()
    line(.warning, "quota_refused") { ["caller": .string(identity)] }
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
