/// How far events are sealed: those of every epoch before, and of this one those whose transaction
/// the snapshot sees.
package struct SealPosition: Hashable, Sendable {
  package let epoch: Int32
  package let snapshot: TransactionSnapshot

  /// Before every event.
  package static let start = SealPosition(epoch: 0, snapshot: .empty)

  package init(epoch: Int32, snapshot: TransactionSnapshot) {
    self.epoch = epoch
    self.snapshot = snapshot
  }

  package func covers(epoch: Int32, xid: UInt64) -> Bool {
    epoch < self.epoch || epoch == self.epoch && snapshot.sees(xid)
  }

  /// Whether it covers everything that `other` does, as far as the bounds of the snapshots tell.
  package func isNotBefore(_ other: SealPosition) -> Bool {
    if epoch != other.epoch { return epoch > other.epoch }
    return snapshot.xmin >= other.snapshot.xmin && snapshot.xmax >= other.snapshot.xmax
  }
}
