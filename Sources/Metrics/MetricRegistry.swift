internal import Synchronization

/// Every series of the process. Each writer gets a cell of its own; the cells of one series are
/// added up when they are read, so that counting costs no more than adding to one's own memory.
package final class MetricRegistry: Sendable {
  /// Samples of one exposition; what would go beyond is counted nowhere.
  package static let samplesMax = 5_000

  enum Source: Sendable {
    case counter(Counter)
    case gauge(Gauge)
    case histogram(Histogram)
    /// Asked at each reading, on the reader's thread.
    case question(@Sendable () -> Double)
  }

  struct Entry: Sendable {
    let family: MetricFamily
    /// Sources by the values of the labels.
    var series: [[String]: [Source]] = [:]
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var sampleCount = 0
    var refusedCount: UInt64 = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// A new cell of the series with these values of the labels.
  package func counter(_ family: MetricFamily, _ values: String...) -> Counter {
    counter(family, values: values)
  }

  /// A new cell of the series with these values of the labels.
  package func counter(_ family: MetricFamily, values: [String]) -> Counter {
    let counter = Counter()
    insert(.counter(counter), family, values)
    return counter
  }

  /// A new cell; those of one series are added up.
  package func gauge(_ family: MetricFamily, _ values: String...) -> Gauge {
    let gauge = Gauge()
    insert(.gauge(gauge), family, values)
    return gauge
  }

  /// A new cell; those of one series are added up.
  package func histogram(_ family: MetricFamily, _ values: String...) -> Histogram {
    precondition(!family.bounds.isEmpty, "\(family.name) is no histogram")
    let histogram = Histogram(bounds: family.bounds, hasExemplars: family.hasExemplars)
    insert(.histogram(histogram), family, values)
    return histogram
  }

  /// A series, of a gauge or a counter, whose value is asked for at each reading.
  package func ask(
    _ family: MetricFamily, _ values: String..., question: @escaping @Sendable () -> Double
  ) {
    insert(.question(question), family, values)
  }

  /// Says something that never changes, in the labels of one series.
  package func tell(_ family: MetricFamily, _ values: [String]) {
    insert(.question { 1 }, family, values)
  }

  private func insert(_ source: Source, _ family: MetricFamily, _ values: [String]) {
    precondition(values.count == family.labels.count, "\(family.name) has other labels")
    state.withLock { state in
      if state.entries[family.name, default: Entry(family: family)].series[values] == nil {
        guard state.sampleCount + family.samplesPerSeries <= Self.samplesMax else {
          state.refusedCount &+= 1
          return
        }
        state.sampleCount += family.samplesPerSeries
      }
      state.entries[family.name, default: Entry(family: family)]
        .series[values, default: []].append(source)
    }
  }

  /// Cells that found no place, since there were too many series.
  package var refusedCount: UInt64 { state.withLock { $0.refusedCount } }

  /// All of them, by the names of their families.
  var entries: [Entry] {
    state.withLock { state in
      state.entries.values.sorted { $0.family.name < $1.family.name }
    }
  }
}
