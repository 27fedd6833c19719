import Domain

/// Events to be sealed together, and the position up to which that seals everything.
struct SealChunk {
  let mark: SealPosition
  /// Of the snapshot in which the events were read.
  let present: SealPosition
  let events: [SealableEvent]
  let position: SealPosition
  /// Whether events past the position were seen.
  let isCut: Bool

  /// - Parameters:
  ///   - events: those past the mark, in the order of their epochs and transactions.
  ///   - isFull: there may be more: the last transaction's may be among them, and is left out.
  /// - Returns: nil when it can't be cut, all events being of one transaction.
  init?(mark: SealPosition, present: SealPosition, events: [SealableEvent], isFull: Bool) {
    self.mark = mark
    self.present = present
    guard isFull, let last = events.last else {
      self.events = events
      position = present
      isCut = false
      return
    }
    let whole = events.prefix { $0.epoch != last.epoch || $0.xid != last.xid }
    guard !whole.isEmpty else { return nil }
    self.events = Array(whole)
    isCut = true
    // The mark may see transactions past the cut, which are sealed: they stay so.
    let sealed = mark.epoch == last.epoch ? mark.snapshot : .empty
    // Transactions of an epoch before have all ended.
    let running = last.epoch == present.epoch ? present.snapshot.running : []
    position = SealPosition(
      epoch: last.epoch, snapshot: sealed.extended(below: last.xid, but: running))
  }
}
