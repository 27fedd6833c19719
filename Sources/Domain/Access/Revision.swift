/// A point in the history of a cluster: a transaction of an epoch. Opaque to callers; its text is
/// `<epoch>.<xid>`, both decimal.
package struct Revision: Hashable, Sendable {
  /// Raised by whoever restores or promotes, since xids then start again.
  package let epoch: Int32
  package let xid: UInt64

  package init(epoch: Int32, xid: UInt64) {
    self.epoch = epoch
    self.xid = xid
  }

  /// Reads the text of a revision; nil for any text ``text`` doesn't give.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let epoch = Int32(parts[0]), let xid = UInt64(parts[1]), epoch > 0
    else { return nil }
    self.init(epoch: epoch, xid: xid)
    // "+1", "01" and the like name no revision.
    guard self.text == text else { return nil }
  }

  package var text: String { "\(epoch).\(xid)" }
}
