internal import CAtomics

/// One observation of a histogram by name: the trace in which it was made.
package struct Exemplar: Equatable, Sendable {
  /// The 16 octets of trace-id as two big-endian halves; both zero: no trace.
  package let traceHigh: UInt64
  package let traceLow: UInt64
  let nanoseconds: UInt64

  /// 32 digits.
  var traceIDText: String { Self.text(traceHigh) + Self.text(traceLow) }

  private static func text(_ half: UInt64) -> String {
    let digits = String(half, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The last exemplar of each bucket. One thread writes it, any thread reads it.
///
/// An exemplar is four words, each stored by itself and the last a check of the others: who reads
/// in between sees that they do not belong together, and takes none.
struct ExemplarCells {
  private static let wordCount = 4

  private let cells: UnsafeMutablePointer<UInt64>

  init(bucketCount: Int) {
    cells = cacheLine(words: bucketCount * Self.wordCount)
  }

  func deallocate() { cells.deallocate() }

  /// By the one writer only.
  func store(_ exemplar: Exemplar, bucket: Int) {
    let cell = cells + bucket * Self.wordCount
    atomic_store_relaxed(cell, exemplar.traceHigh)
    atomic_store_relaxed(cell + 1, exemplar.traceLow)
    atomic_store_relaxed(cell + 2, exemplar.nanoseconds)
    atomic_store_relaxed(cell + 3, Self.check(exemplar))
  }

  /// Nil where there was none yet, and while one is being written.
  func load(bucket: Int) -> Exemplar? {
    let cell = cells + bucket * Self.wordCount
    let exemplar = Exemplar(
      traceHigh: atomic_load_relaxed(cell), traceLow: atomic_load_relaxed(cell + 1),
      nanoseconds: atomic_load_relaxed(cell + 2))
    let isThere = exemplar.traceHigh | exemplar.traceLow != 0
    return isThere && atomic_load_relaxed(cell + 3) == Self.check(exemplar) ? exemplar : nil
  }

  private static func check(_ exemplar: Exemplar) -> UInt64 {
    var check = exemplar.traceHigh
    check = (check ^ check >> 29) &* multiplier &+ exemplar.traceLow
    check = (check ^ check >> 29) &* multiplier &+ exemplar.nanoseconds
    return (check ^ check >> 29) &* multiplier
  }

  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
}
