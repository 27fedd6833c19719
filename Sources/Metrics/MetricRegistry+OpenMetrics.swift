extension MetricRegistry {
  /// What ``openMetrics()`` returns is `application/openmetrics-text`, version 1.0.0.
  package static let contentType =
    "application/openmetrics-text; version=1.0.0; charset=utf-8"

  /// The exposition of every series, ended by `# EOF` (OpenMetrics 1.0.0).
  package func openMetrics() -> [UInt8] {
    var writer = OpenMetricsWriter()
    for entry in entries where !entry.series.isEmpty { writer.append(entry) }
    return writer.finished()
  }
}

private struct OpenMetricsWriter {
  private var text = ""

  mutating func append(_ entry: MetricRegistry.Entry) {
    let family = entry.family
    text += "# HELP \(family.name) \(Self.escaped(family.help))\n"
    text += "# TYPE \(family.name) \(family.typeName)\n"
    if let unit = family.unit { text += "# UNIT \(family.name) \(unit)\n" }
    for (values, sources) in entry.series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let labels = zip(family.labels, values).map { "\($0)=\"\(Self.escaped($1))\"" }
      append(family, labels, sources)
    }
  }

  private mutating func append(
    _ family: MetricFamily, _ labels: [String], _ sources: [MetricRegistry.Source]
  ) {
    switch family.kind {
    case .counter: sample(family.name + "_total", labels, Self.sum(sources))
    case .gauge: sample(family.name, labels, Self.sum(sources))
    case .info: sample(family.name + "_info", labels, "1")
    case .histogram(let bounds): append(family.name, bounds, labels, sources)
    }
  }

  private mutating func append(
    _ name: String, _ bounds: [UInt64], _ labels: [String], _ sources: [MetricRegistry.Source]
  ) {
    var total = HistogramReading(
      counts: Array(repeating: 0, count: bounds.count + 1), sum: 0,
      exemplars: Array(repeating: nil, count: bounds.count + 1))
    for case .histogram(let histogram) in sources { total = total + histogram.reading }
    var count: UInt64 = 0
    for (index, bound) in bounds.enumerated() {
      count &+= total.counts[index]
      sample(
        name + "_bucket", labels + ["le=\"\(Self.seconds(bound))\""], "\(count)",
        total.exemplars[index])
    }
    count &+= total.counts[bounds.count]
    sample(
      name + "_bucket", labels + ["le=\"+Inf\""], "\(count)", total.exemplars[bounds.count])
    sample(name + "_count", labels, "\(count)")
    sample(name + "_sum", labels, "\(Self.seconds(total.sum))")
  }

  private mutating func sample(
    _ name: String, _ labels: [String], _ value: String, _ exemplar: Exemplar? = nil
  ) {
    text += name
    if !labels.isEmpty { text += "{\(labels.joined(separator: ","))}" }
    text += " \(value)"
    if let exemplar {
      text += " # {trace_id=\"\(exemplar.traceIDText)\"} \(Self.seconds(exemplar.nanoseconds))"
    }
    text += "\n"
  }

  consuming func finished() -> [UInt8] {
    Array((text + "# EOF\n").utf8)
  }

  private static func seconds(_ nanoseconds: UInt64) -> Double {
    Double(nanoseconds) / 1_000_000_000
  }

  /// Whole numbers stay whole: a Double of Swift would say 1e+16.
  private static func sum(_ sources: [MetricRegistry.Source]) -> String {
    var whole = 0
    var rest: Double?
    for source in sources {
      switch source {
      case .counter(let counter): whole &+= Int(truncatingIfNeeded: counter.value)
      case .gauge(let gauge): whole &+= gauge.value
      case .question(let question): rest = (rest ?? 0) + question()
      case .histogram: break
      }
    }
    guard let rest else { return "\(whole)" }
    let sum = rest + Double(whole)
    return sum.isFinite ? "\(sum)" : sum.isNaN ? "NaN" : sum > 0 ? "+Inf" : "-Inf"
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension MetricFamily {
  fileprivate var typeName: String {
    switch kind {
    case .counter: "counter"
    case .gauge: "gauge"
    case .info: "info"
    case .histogram: "histogram"
    }
  }

  /// A name that ends in a unit must say so.
  fileprivate var unit: String? {
    if case .info = kind { return nil }
    return ["seconds", "bytes"].first { name.hasSuffix("_" + $0) }
  }
}
