/// Which transactions of an epoch had ended at a moment: a `pg_snapshot`.
package struct TransactionSnapshot: Hashable, Sendable {
  /// Every transaction below had ended.
  package let xmin: UInt64
  /// No transaction from here on had.
  package let xmax: UInt64
  /// Those between that had not, ascending.
  package let running: [UInt64]

  /// Nothing had ended.
  package static let empty = TransactionSnapshot(xmin: 1, xmax: 1, running: [])

  private init(xmin: UInt64, xmax: UInt64, running: [UInt64]) {
    self.xmin = xmin
    self.xmax = xmax
    self.running = running
  }

  /// Reads PostgreSQL's text, `xmin:xmax:running,…`; nil for anything it would not write.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let xmin = UInt64(parts[0]), let xmax = UInt64(parts[1]),
      xmin <= xmax
    else { return nil }
    let running = parts[2].split(separator: ",").compactMap { UInt64($0) }
    self.init(xmin: xmin, xmax: xmax, running: running)
    // Also refuses what is out of order or out of bounds, and other spellings of a number.
    guard self.text == text, running.allSatisfy({ xmin <= $0 && $0 < xmax }),
      zip(running, running.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
  }

  package var text: String {
    "\(xmin):\(xmax):\(running.map { String($0) }.joined(separator: ","))"
  }

  /// Whether the transaction had ended; `pg_visible_in_snapshot`.
  package func sees(_ xid: UInt64) -> Bool {
    if xid < xmin { return true }
    if xid >= xmax { return false }
    var (low, high) = (0, running.count)
    while low < high {
      let middle = (low + high) / 2
      if running[middle] < xid { low = middle + 1 } else { high = middle }
    }
    return low == running.count || running[low] != xid
  }

  /// A snapshot that sees what this one does, and of the transactions below `xid` all but some.
  /// - Parameter stillRunning: ascending; those from `xid` on don't count.
  package func extended(below xid: UInt64, but stillRunning: [UInt64]) -> TransactionSnapshot {
    let xmax = max(xmax, xid)
    let running = stillRunning.filter { $0 < xid } + running.filter { $0 >= xid }
    return TransactionSnapshot(xmin: running.first ?? xmax, xmax: xmax, running: running)
  }
}
