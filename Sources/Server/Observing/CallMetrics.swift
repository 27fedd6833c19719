import Metrics
import RPC

/// The calls of one loop, counted by method and code. Confined to the loop.
final class CallMetrics {
  /// The series of one method; those of codes appear with their first call.
  private struct MethodSeries {
    let labels: (type: String, service: String, method: String)
    let started: Counter
    let seconds: Histogram
    var handled = InlineArray<17, Counter?>(repeating: nil)
  }

  private let registry: MetricRegistry
  private var series: [MethodSeries]
  private let indices: [String: Int]
  private let deadlinesQueued: Counter
  private let deadlinesRunning: Counter

  /// - Parameter methods: in the order of ``ServerCall/methodIndex``.
  init(_ registry: MetricRegistry, methods: [Method]) {
    self.registry = registry
    var series = methods.map { Self.series(of: $0, registry) }
    // For paths that peers made up, all together.
    series.append(
      MethodSeries(
        labels: ("unary", "unknown", "unknown"),
        started: registry.counter(.callsStarted, "unary", "unknown", "unknown"),
        seconds: registry.histogram(.callSeconds, "unary", "unknown", "unknown")))
    self.series = series
    indices = Dictionary(
      uniqueKeysWithValues: methods.enumerated().map { ($0.element.path, $0.offset) })
    deadlinesQueued = registry.counter(.deadlines, "queued")
    deadlinesRunning = registry.counter(.deadlines, "running")
  }

  func noteStart(method: Int) {
    series[method].started.add()
  }

  /// - Parameter trace: of ``ServerCall/sampledTrace``.
  func noteEnd(
    method: Int, _ code: StatusCode, nanoseconds: UInt64, trace: (high: UInt64, low: UInt64)
  ) {
    series[method].seconds.observe(nanoseconds: nanoseconds, trace: trace)
    noteCode(code, method: method)
    if code == .deadlineExceeded { deadlinesRunning.add() }
  }

  /// - Parameter path: the peer's.
  func noteRefusal(path: String, _ code: StatusCode) {
    noteCode(code, method: indices[path] ?? series.count - 1)
    if code == .deadlineExceeded { deadlinesQueued.add() }
  }

  private func noteCode(_ code: StatusCode, method: Int) {
    let place = Int(code.rawValue)
    if let counter = series[method].handled[place] { return counter.add() }
    let labels = series[method].labels
    let counter = registry.counter(
      .callsHandled, labels.type, labels.service, labels.method, code.name)
    series[method].handled[place] = counter
    counter.add()
  }

  private static func series(of method: Method, _ registry: MetricRegistry) -> MethodSeries {
    let parts = method.path.split(separator: "/")
    let service = parts.dropLast().joined(separator: "/")
    let name = parts.last.map { String($0) } ?? "unknown"
    let type = method.kind.label
    return MethodSeries(
      labels: (type, service, name),
      started: registry.counter(.callsStarted, type, service, name),
      seconds: registry.histogram(.callSeconds, type, service, name))
  }
}

extension CallKind {
  fileprivate var label: String {
    switch self {
    case .unary: "unary"
    case .clientStreaming: "client_stream"
    case .serverStreaming: "server_stream"
    case .bidirectional: "bidi_stream"
    }
  }
}
