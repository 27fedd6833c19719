/// The connection's credit (RFC 9113 §5.2.2): granted as octets arrive, so that one slow stream
/// does not stop the others, until more than `bufferMax` of them are unconsumed.
struct ReceiveCredit {
  let bufferMax: Int
  /// Octets delivered and not yet consumed.
  private(set) var buffered = 0
  /// Octets of them for which the connection's credit has not been granted.
  private(set) var withheld = 0

  init(bufferMax: Int) {
    self.bufferMax = bufferMax
  }

  /// Octets to grant now that `byteCount` were delivered.
  mutating func delivered(_ byteCount: Int) -> Int {
    buffered &+= byteCount
    guard buffered > bufferMax else { return byteCount }
    withheld &+= byteCount
    return 0
  }

  /// Octets to grant now that `byteCount` were consumed, or dropped with their stream.
  mutating func consumed(_ byteCount: Int) -> Int {
    buffered &-= byteCount
    guard withheld > 0, buffered <= bufferMax else { return 0 }
    let granted = withheld
    withheld = 0
    return granted
  }
}
