/// One metric as OpenMetrics names it: series that differ in the values of its labels.
package struct MetricFamily: Sendable {
  package enum Kind: Sendable {
    case counter, gauge, info
    /// Upper bounds in nanoseconds, ascending, without +Inf.
    case histogram(bounds: [UInt64])
  }

  /// Without the suffix of its samples: `grpc_server_handled`, whose samples end in `_total`.
  package let name: String
  package let help: String
  package let kind: Kind
  /// Names of the labels, in the order in which the values are given. No label's values may come
  /// from a peer: series stay for as long as the process.
  package let labels: [String]
  /// Each bucket of the histogram names one trace of those that it counted.
  package let hasExemplars: Bool

  package init(
    _ name: String, _ kind: Kind, _ help: String, labels: [String] = [],
    hasExemplars: Bool = false
  ) {
    self.hasExemplars = hasExemplars
    self.name = name
    self.kind = kind
    self.help = help
    self.labels = labels
  }

  /// 0.5 ms to 2.5 s: what calls, statements and handshakes take.
  package static let latencyBounds: [UInt64] = [
    500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
    250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000,
  ]

  package static func latency(
    _ name: String, _ help: String, labels: [String] = [], hasExemplars: Bool = false
  ) -> MetricFamily {
    MetricFamily(
      name, .histogram(bounds: latencyBounds), help, labels: labels, hasExemplars: hasExemplars)
  }

  /// Of a histogram; none for any other kind.
  var bounds: [UInt64] {
    if case .histogram(let bounds) = kind { bounds } else { [] }
  }

  /// Lines of the exposition that one series takes.
  var samplesPerSeries: Int { bounds.isEmpty ? 1 : bounds.count + 3 }
}
