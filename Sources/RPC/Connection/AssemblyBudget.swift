/// Who may assemble a message longer than a stream's window, so that memory stays bounded: in
/// turn, and never a part of it only, or all would wait for each other.
struct AssemblyBudget {
  private let byteCountMax: Int
  /// Of the messages whose turn it is.
  private(set) var reservedByteCount = 0
  private var waiting: [ServerCall] = []

  init(byteCountMax: Int) {
    self.byteCountMax = byteCountMax
  }

  /// True when the call may assemble that many bytes now; otherwise it has its place in the queue.
  mutating func reserve(_ byteCount: Int, for call: ServerCall) -> Bool {
    guard waiting.isEmpty, fits(byteCount) else {
      waiting.append(call)
      return false
    }
    reservedByteCount += byteCount
    return true
  }

  /// Gives bytes back; returns the calls whose turn has come, with what is now reserved for them.
  mutating func release(_ byteCount: Int) -> [ServerCall] {
    reservedByteCount -= byteCount
    return admitWaiting()
  }

  /// Takes a call out of the queue; those behind it may come forward.
  mutating func forget(_ call: ServerCall) -> [ServerCall] {
    waiting.removeAll { $0 === call }
    return admitWaiting()
  }

  private mutating func admitWaiting() -> [ServerCall] {
    var admitted: [ServerCall] = []
    while let call = waiting.first, fits(call.announcedByteCount) {
      reservedByteCount += call.announcedByteCount
      admitted.append(waiting.removeFirst())
    }
    return admitted
  }

  /// One message always fits, or a method with a larger limit could never be called.
  private func fits(_ byteCount: Int) -> Bool {
    reservedByteCount == 0 || reservedByteCount + byteCount <= byteCountMax
  }
}
