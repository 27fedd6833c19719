/// The counters of one family that one thread writes, each made with its first count: a series that
/// never counted is not exposed. Confined to that thread.
package struct CounterTable {
  private let registry: MetricRegistry
  private let family: MetricFamily
  private var counters: [[String]: Counter] = [:]

  package init(_ registry: MetricRegistry, _ family: MetricFamily) {
    self.registry = registry
    self.family = family
  }

  /// - Parameter values: of the family's labels; a closed set, since series stay.
  package mutating func add(_ values: String..., count: UInt64 = 1) {
    if let counter = counters[values] { return counter.add(count) }
    let counter = registry.counter(family, values: values)
    counter.add(count)
    counters[values] = counter
  }
}
