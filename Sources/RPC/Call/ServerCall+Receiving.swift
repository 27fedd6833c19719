internal import HTTP2

// The request: bytes of DATA to messages, messages to the handler, credit to the peer.

extension ServerCall {
  /// Takes bytes of DATA, borrowed for the length of the call.
  func receive(_ bytes: UnsafeRawBufferPointer) {
    uncreditedByteCount += bytes.count
    if reservedByteCount == 0 { charge(bytes.count) }
    if wire == .grpc { deframe(bytes) } else { receiveWeb(bytes) }
  }

  /// Takes bytes of enveloped messages.
  func deframe(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    // An answer, from here or from a hot handler, ends the interest in the rest.
    while phase != .ended, interruption == nil {
      switch deframer.next(bytes, from: &position) {
      case .needsMoreBytes:
        creditWanted()
        return
      case .messageInChunk(let range):
        accept(UnsafeRawBufferPointer(rebasing: bytes[range]))
      case .message(let message):
        accept(message)
      case .tooLarge(let byteCount):
        reject(.messageTooLarge(byteCount, limit: deframer.messageSizeMax))
      case .flagInvalid(let flag):
        reject(.flagInvalid(flag))
      }
    }
    creditEverything()
  }

  /// The peer has half-closed.
  func receiveEnd() {
    guard phase != .ended, interruption == nil else { return }
    guard wire != .connectUnary else { return receiveBareEnd() }
    guard deframer.isAtBoundary, web?.text?.isAtBoundary ?? true else {
      reject(.messageCutOff)
      return
    }
    guard method.kind.hasSingleRequest else {
      wakeReader()
      return
    }
    guard requestCount == 1 else {
      reject(.messageCountInvalid(requestCount))
      return
    }
    connection.begin(self)
  }

  private func accept(_ bytes: UnsafeRawBufferPointer) {
    guard method.kind == .unary, method.isHot, requestCount == 0, web == nil else {
      accept(Array(bytes))
      return
    }
    requestCount = 1
    noteCompression()
    request = .lent(bytes)
    connection.lend(self)
  }

  private func accept(_ message: [UInt8]) {
    requestCount += 1
    if method.kind.hasSingleRequest, requestCount > 1 {
      reject(.messageCountInvalid(requestCount))
      return
    }
    if method.kind == .unary {
      noteCompression()
      request = .owned(message)
    } else {
      inbox.append(Inbox.Message(bytes: message, isCompressed: deframer.isCompressed))
      wakeReader()
    }
  }

  private func noteCompression() {
    guard deframer.isCompressed else { return }
    isRequestCompressed = true
    isRequestPacked = true
  }

  /// The next message, or nil once the peer has half-closed and all were taken. Taking one gives
  /// the peer credit for as many bytes. One task at a time may wait.
  /// - Throws: the status that ended the call, CANCELLED also when the task is cancelled; INTERNAL
  ///   or RESOURCE_EXHAUSTED, which end it, for a message that can't be decompressed.
  package func nextMessage() async throws(Status) -> RequestMessage? {
    releaseReservation()
    while true {
      if let interruption { throw interruption }
      if let message = inbox.popFirst() {
        discharge(message.bytes.count + 5)
        creditWanted()
        guard message.isCompressed else { return RequestMessage(message.bytes, codec: codec) }
        return RequestMessage(try inflate(message.bytes), codec: codec, isCompressed: true)
      }
      if stream.isRemoteClosed { return nil }
      guard !Task.isCancelled else { throw .cancelled }
      guard reader == nil else { throw .concurrentUse }
      await waitForMessage()
    }
  }

  /// Drops what came and was not taken.
  func discardRequest() {
    inbox = Inbox()
    web?.discard()
    deframer = MessageDeframer(
      messageSizeMax: deframer.messageSizeMax, takesCompressed: deframer.takesCompressed)
    releaseReservation()
    creditEverything()
  }

  private func waitForMessage() async {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        reader = continuation
        if Task.isCancelled { wakeReader() } else { creditWanted() }
      }
    } onCancel: {
      wakeReader()
    }
  }

  func wakeReader() {
    guard let waiting = reader else { return }
    reader = nil
    waiting.resume()
  }
}

// MARK: - Credit

extension ServerCall {
  /// Announced length of the message under way.
  var announcedByteCount: Int {
    wire == .connectUnary ? bareByteCount : deframer.announcedByteCount ?? 0
  }

  /// Whether more of the request is of use before the handler takes something.
  var wantsMore: Bool {
    method.kind.hasSingleRequest || (inbox.isEmpty && reader != nil)
  }

  /// Gives the peer credit for what was taken, and for the message under way while it is wanted:
  /// it may be longer than the window.
  func creditWanted() {
    if wantsMore {
      guard holdsBudget() else {
        // What waits here must not take the connection's window from those whose turn it is.
        connection.session.consumeConnection(stream)
        connection.noteOutput()
        return
      }
      creditEverything()
    } else {
      let held = inbox.byteCount + deframer.heldByteCount + 5
      credit(uncreditedByteCount - held)
    }
  }

  func creditEverything() {
    credit(uncreditedByteCount)
  }

  private func credit(_ byteCount: Int) {
    guard byteCount > 0 else { return }
    uncreditedByteCount -= byteCount
    connection.session.consume(stream, byteCount: byteCount)
    connection.noteOutput()
  }

  /// A message that does not fit into a window needs its place in the connection's budget.
  private func holdsBudget() -> Bool {
    let byteCount = announcedByteCount
    guard byteCount > connection.session.limits.streamWindowSize, reservedByteCount == 0 else {
      return true
    }
    guard !isWaitingForBudget else { return false }
    guard connection.memory.hasRoom(for: byteCount) else {
      connection.host?.memoryRefused()
      reject(.memoryExhausted)
      return true
    }
    if connection.assembly.reserve(byteCount, for: self) {
      reservedByteCount = byteCount
      return true
    }
    isWaitingForBudget = true
    return false
  }

  /// The call's turn in the budget has come.
  func budgetGranted() {
    isWaitingForBudget = false
    reservedByteCount = announcedByteCount
    creditWanted()
  }

  func releaseReservation() {
    guard reservedByteCount > 0 || isWaitingForBudget else { return }
    let byteCount = reservedByteCount
    let admitted: [ServerCall]
    if isWaitingForBudget {
      admitted = connection.assembly.forget(self)
    } else {
      admitted = connection.assembly.release(byteCount)
    }
    reservedByteCount = 0
    isWaitingForBudget = false
    for call in admitted { call.budgetGranted() }
  }
}

extension Status {
  static func messageTooLarge(_ byteCount: Int, limit: Int) -> Status {
    Status(
      .resourceExhausted, .messageTooLarge,
      "the message has \(byteCount) bytes, more than the limit of \(limit)",
      metadata: ["size": "\(byteCount)", "limit": "\(limit)"])
  }

  static func flagInvalid(_ flag: UInt8) -> Status {
    if flag == 1 {
      return Status(
        .internal, .requestMalformed,
        "a message is marked as compressed, but the request names no grpc-encoding")
    }
    return Status(
      .internal, .requestMalformed,
      "unexpected payload format: the flag of a message is \(flag), not 0 or 1",
      metadata: ["flag": "\(flag)"])
  }

  static let messageCutOff = Status(
    .internal, .requestMalformed, "the request ended inside a message")

  static func messageCountInvalid(_ count: Int) -> Status {
    let text = count == 0 ? "none" : "more than one"
    return Status(
      .unimplemented, .messageCountInvalid,
      "the method takes exactly one request message, and \(text) came")
  }

  static let concurrentUse = Status(
    .internal, .handlerFailed, "the server used the call from two tasks at once")
}
