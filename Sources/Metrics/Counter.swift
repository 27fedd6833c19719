internal import CAtomics

/// A number that only grows. One thread writes it, any thread reads it: without a lock, and on a
/// cache line of its own, so that loops don't wait for each other's counts.
package final class Counter: @unchecked Sendable {
  // Safety: `cell` is written by one thread, and by atomic stores.
  private let cell = cacheLine(words: 1)

  package init() {}

  deinit { cell.deallocate() }

  /// By its one writer only.
  package func add(_ count: UInt64 = 1) {
    atomic_store_relaxed(cell, atomic_load_relaxed(cell) &+ count)
  }

  /// Takes over a total that is counted elsewhere. By its one writer only.
  package func set(_ total: UInt64) {
    atomic_store_relaxed(cell, total)
  }

  package var value: UInt64 { atomic_load_relaxed(cell) }
}

/// A number that comes and goes; written and read as a ``Counter`` is.
package final class Gauge: @unchecked Sendable {
  // Safety: `cell` is written by one thread, and by atomic stores.
  private let cell = cacheLine(words: 1)

  package init() {}

  deinit { cell.deallocate() }

  /// By its one writer only.
  package func add(_ difference: Int) {
    set(value &+ difference)
  }

  /// By its one writer only.
  package func set(_ value: Int) {
    atomic_store_relaxed(cell, UInt64(bitPattern: Int64(value)))
  }

  package var value: Int { Int(Int64(bitPattern: atomic_load_relaxed(cell))) }
}

/// Zeroed words that share no cache line with anything else.
func cacheLine(words: Int) -> UnsafeMutablePointer<UInt64> {
  let line = 64
  let byteCount = (words * MemoryLayout<UInt64>.size + line - 1) / line * line
  let bytes = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: line)
  let cells = bytes.bindMemory(to: UInt64.self, capacity: byteCount / 8)
  cells.initialize(repeating: 0, count: byteCount / 8)
  return cells
}
