internal import Synchronization

/// What the connections of a process hold of requests and answers: shared by its loops.
package final class ProcessMemory: Sendable {
  /// In octets.
  package let byteCountMax: Int
  private let held = Atomic<Int>(0)

  /// Counts, and is never exhausted.
  package static let unlimited = ProcessMemory(byteCountMax: .max)

  /// - Parameter byteCountMax: in octets; past it nothing large is taken any more.
  package init(byteCountMax: Int) {
    self.byteCountMax = byteCountMax
  }

  /// Octets that connections have told of: each tells in steps of 16 KiB.
  package var byteCount: Int { held.load(ordering: .relaxed) }

  /// More is held than may be: connections that hold much are to be closed.
  package var isExhausted: Bool { byteCount > byteCountMax }

  func hasRoom(for byteCount: Int) -> Bool {
    byteCount <= byteCountMax - self.byteCount
  }

  func add(_ byteCount: Int) {
    held.add(byteCount, ordering: .relaxed)
  }
}
