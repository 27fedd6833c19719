internal import HTTP2

// What the connection holds for its peer (R-MEM-1). Counted as it comes and goes; the process is
// told at the end of a turn, when it has become notably more or less.

extension ServerConnection {
  /// Of a connection that holds nothing: the library's tables and buffers, and ours.
  package static let idleByteCount = 32 << 10
  private static let stepByteCount = 16 << 10

  /// Octets of header lists and requests, decompressed or not, that handlers have not given back,
  /// of messages whose turn has come, and of answers that the peer has not taken.
  package var heldByteCount: Int {
    requestByteCount + inflatedByteCount + assembly.reservedByteCount + session.queuedByteCount
  }

  /// Less than ``ServerLimits/unsentSizeMax`` is unsent, or as much: one message more may be.
  var hasRoom: Bool { session.queuedByteCount <= limits.unsentSizeMax }

  /// The call's handler is woken when there is room.
  func queue(writer call: ServerCall) {
    if !waitingWriters.contains(where: { $0 === call }) { waitingWriters.append(call) }
  }

  /// Wakes those who wait for room, once there is. Who finds none left waits again, in order.
  func wakeWriters() {
    guard hasRoom else { return }
    let woken = waitingWriters
    waitingWriters.removeAll(keepingCapacity: true)
    for call in woken { call.wakeWriter() }
  }

  /// Tells the process what is held now.
  /// - Parameter unsentByteCount: what the host holds of frames.
  /// - Returns: whether the process holds too much, and this connection has made it more.
  package func settleMemory(unsentByteCount: Int) -> Bool {
    let byteCount = Self.idleByteCount + heldByteCount + unsentByteCount
    return byteCount == toldByteCount ? false : tellMemory(byteCount)
  }

  private func tellMemory(_ byteCount: Int) -> Bool {
    let growth = byteCount - toldByteCount
    let isIdle = byteCount == Self.idleByteCount
    guard isIdle || growth.magnitude >= UInt(Self.stepByteCount) else { return false }
    memory.add(growth)
    toldByteCount = byteCount
    return growth > 0 && memory.isExhausted
  }
}

extension ServerCall {
  /// Counts octets that the call holds until its handler has ended, or has taken them.
  func charge(_ byteCount: Int) {
    chargedByteCount += byteCount
    connection.requestByteCount += byteCount
  }

  /// Gives octets back, at most those that were charged.
  func discharge(_ byteCount: Int) {
    let discharged = min(byteCount, chargedByteCount)
    chargedByteCount -= discharged
    connection.requestByteCount -= discharged
  }
}

extension Status {
  static let memoryExhausted = Status(
    .resourceExhausted, .overloaded,
    "the server holds as many large messages as it may: send this one again later")
}
