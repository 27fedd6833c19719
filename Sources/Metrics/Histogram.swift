internal import CAtomics

/// How often something took how long. One thread writes it, any thread reads it.
package final class Histogram: @unchecked Sendable {
  // Safety: `cells` and `exemplars` are written by one thread, and by atomic stores.

  /// One a bucket, then that past the last bound, then the sum in nanoseconds.
  private let cells: UnsafeMutablePointer<UInt64>
  private let bounds: [UInt64]
  private let exemplars: ExemplarCells?

  package init(bounds: [UInt64], hasExemplars: Bool = false) {
    self.bounds = bounds
    cells = cacheLine(words: bounds.count + 2)
    exemplars = hasExemplars ? ExemplarCells(bucketCount: bounds.count + 1) : nil
  }

  deinit {
    cells.deallocate()
    exemplars?.deallocate()
  }

  /// By its one writer only.
  /// - Parameter trace: in which it was observed, as the halves of its id; zeros for none.
  package func observe(nanoseconds: UInt64, trace: (high: UInt64, low: UInt64) = (0, 0)) {
    var bucket = 0
    while bucket < bounds.count, nanoseconds > bounds[bucket] { bucket += 1 }
    add(1, to: bucket)
    add(nanoseconds, to: bounds.count + 1)
    guard let exemplars, trace.high | trace.low != 0 else { return }
    exemplars.store(
      Exemplar(traceHigh: trace.high, traceLow: trace.low, nanoseconds: nanoseconds),
      bucket: bucket)
  }

  private func add(_ count: UInt64, to index: Int) {
    atomic_store_relaxed(cells + index, atomic_load_relaxed(cells + index) &+ count)
  }

  /// A moment's counts; while the writer goes on, the sum may be one observation ahead of them.
  var reading: HistogramReading {
    HistogramReading(
      counts: (0...bounds.count).map { atomic_load_relaxed(cells + $0) },
      sum: atomic_load_relaxed(cells + bounds.count + 1),
      exemplars: (0...bounds.count).map { exemplars?.load(bucket: $0) })
  }

  /// How many were observed.
  package var count: UInt64 { reading.counts.reduce(0, &+) }
}

/// What the histograms of several threads held, added up.
struct HistogramReading {
  /// One a bucket, not cumulated; the last is past every bound.
  var counts: [UInt64]
  /// In nanoseconds.
  var sum: UInt64
  /// One a bucket, where there is one.
  var exemplars: [Exemplar?]

  static func + (left: HistogramReading, right: HistogramReading) -> HistogramReading {
    HistogramReading(
      counts: zip(left.counts, right.counts).map { $0 &+ $1 }, sum: left.sum &+ right.sum,
      exemplars: zip(left.exemplars, right.exemplars).map { $1 ?? $0 })
  }
}
