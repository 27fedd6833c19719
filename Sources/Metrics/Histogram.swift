internal import CAtomics

/// How often something took how long. One thread writes it, any thread reads it.
package final class Histogram: @unchecked Sendable {
  // Safety: `cells` are written by one thread, and by atomic stores.

  /// One a bucket, then that past the last bound, then the sum in nanoseconds.
  private let cells: UnsafeMutablePointer<UInt64>
  private let bounds: [UInt64]

  package init(bounds: [UInt64]) {
    self.bounds = bounds
    cells = cacheLine(words: bounds.count + 2)
  }

  deinit { cells.deallocate() }

  /// By its one writer only.
  package func observe(nanoseconds: UInt64) {
    var bucket = 0
    while bucket < bounds.count, nanoseconds > bounds[bucket] { bucket += 1 }
    add(1, to: bucket)
    add(nanoseconds, to: bounds.count + 1)
  }

  private func add(_ count: UInt64, to index: Int) {
    atomic_store_relaxed(cells + index, atomic_load_relaxed(cells + index) &+ count)
  }

  /// A moment's counts; while the writer goes on, the sum may be one observation ahead of them.
  var reading: HistogramReading {
    HistogramReading(
      counts: (0...bounds.count).map { atomic_load_relaxed(cells + $0) },
      sum: atomic_load_relaxed(cells + bounds.count + 1))
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

  static func + (left: HistogramReading, right: HistogramReading) -> HistogramReading {
    HistogramReading(
      counts: zip(left.counts, right.counts).map { $0 &+ $1 }, sum: left.sum &+ right.sum)
  }
}
