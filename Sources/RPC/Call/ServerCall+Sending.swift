internal import HTTP2

// The response: headers, messages, status.

extension ServerCall {
  /// Sends a message. Waits first while the stream holds more than the session's high-water mark
  /// of unsent bytes, or the connection more than ``ServerLimits/unsentSizeMax``, so that a handler
  /// can't outrun its peer. One task at a time may wait.
  /// - Throws: the status that ended the call, CANCELLED also when the task is cancelled.
  package func send(_ message: ResponseMessage) async throws(Status) {
    if let interruption { throw interruption }
    if !hasRoom { try await waitForRoom() }
    guard !method.kind.hasSingleResponse || mayAnswerOnce else { throw .responseCountInvalid }
    sentCount += 1
    sendHeaders(before: message)
    write(message)
    connection.noteOutput()
  }

  /// As ``send(_:)``, compressed or not as it says.
  package func send(
    _ message: ResponseMessage, compression: MessageCompression
  ) async throws(Status) {
    var message = message
    message.compression = compression
    try await send(message)
  }

  /// A unary method answers by returning.
  private var mayAnswerOnce: Bool { method.kind == .clientStreaming && sentCount == 0 }

  /// Sends ``initialMetadata`` now and not with the first message.
  package func sendInitialMetadata() {
    sendHeaders(before: nil)
  }

  private func sendHeaders(before message: ResponseMessage?) {
    guard !areHeadersSent, answer == nil else { return }
    guard wire == .grpc else { return sendWebHeaders(before: message) }
    areHeadersSent = true
    chooseEncoding(for: message)
    connection.session.respond(
      stream, AnswerBlocks.headers(initialMetadata, namesProto, answerEncoding))
    connection.noteOutput()
  }

  /// What is unsent lets it send a message.
  var hasRoom: Bool { connection.hasRoom && !stream.isWriteBlocked }

  /// Returns once ``hasRoom`` holds.
  /// - Throws: as ``send(_:)``.
  func waitForRoom() async throws(Status) {
    while !hasRoom {
      if let interruption { throw interruption }
      guard !Task.isCancelled else { throw .cancelled }
      guard writer == nil else { throw .concurrentUse }
      if !connection.hasRoom { connection.queue(writer: self) }
      await waitToBeWoken()
    }
    if let interruption { throw interruption }
  }

  /// As ``waitForRoom()``; what it waits with counts as held.
  func waitForRoom(with answer: ResponseMessage) async throws(Status) {
    charge(answer.bytes.count)
    try await waitForRoom()
    discharge(answer.bytes.count)
  }

  private func waitToBeWoken() async {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        writer = continuation
        if Task.isCancelled { wakeWriter() }
      }
    } onCancel: {
      wakeWriter()
    }
  }

  func wakeWriter() {
    guard let waiting = writer else { return }
    writer = nil
    waiting.resume()
  }

  /// The prefix and the message, as one piece for the peer.
  private func write(_ message: ResponseMessage) {
    guard wire == .grpc else { return writeWeb(message) }
    if answerEncoding != .identity, let packed = deflated(message) {
      write(packed, flag: 1)
    } else {
      write(message.bytes, flag: 0)
    }
  }

  private func write(_ bytes: [UInt8], flag: UInt8) {
    let length = UInt32(truncatingIfNeeded: bytes.count)
    let prefix = (flag, length.bigEndianBytes)
    withUnsafeBytes(of: prefix) { connection.session.write(stream, $0) }
    if !bytes.isEmpty { connection.session.write(stream, bytes) }
  }
}

// MARK: - Status

extension ServerCall {
  /// The answer of a unary call: headers, message and trailers at once.
  func succeed(with response: ResponseMessage) {
    guard answer == nil else { return }
    sentCount += 1
    sendHeaders(before: response)
    write(response)
    send(.ok)
  }

  /// The end of a streaming handler that did not throw.
  func succeed() {
    let isComplete = !method.kind.hasSingleResponse || sentCount == 1
    send(isComplete ? .ok : .responseCountInvalid)
  }

  /// The end of a handler that threw.
  func fail(_ status: Status) {
    // A handler can't succeed by throwing: OK would be a message short.
    send(status.code == .ok ? .thrownOK : status)
  }

  /// Sends the status, once; as trailers-only when nothing was sent before, which lets a client
  /// retry on its own (gRFC A6).
  func send(_ status: Status) {
    guard answer == nil else { return }
    answer = status.code
    if wire != .grpc {
      sendWeb(status)
    } else if areHeadersSent || !initialMetadata.isEmpty {
      sendHeadersIfNeeded()
      connection.session.finish(stream, trailers: trailers(status))
    } else {
      connection.session.respondOnly(stream, trailersOnly(status))
    }
    connection.noteOutput()
  }

  /// Ends the stream without a status, of which only the log hears.
  func reset(_ error: ErrorCode, _ code: StatusCode) {
    guard answer == nil else { return }
    answer = code
    connection.session.reset(stream, error)
    connection.noteOutput()
  }

  private func sendHeadersIfNeeded() {
    guard !areHeadersSent else { return }
    areHeadersSent = true
    connection.session.respond(
      stream, AnswerBlocks.headers(initialMetadata, namesProto, answerEncoding))
  }

  private func trailers(_ status: Status) -> HeaderBlock {
    if status.code == .ok, trailingMetadata.isEmpty { return AnswerBlocks.trailersOK }
    return AnswerBlocks.trailers(status, trailingMetadata, byteSizeMax: connection.trailersSizeMax)
  }

  private func trailersOnly(_ status: Status) -> HeaderBlock {
    AnswerBlocks.trailersOnly(
      status, trailingMetadata, AnswerShape(namesProto: namesProto),
      byteSizeMax: connection.trailersSizeMax)
  }
}

extension Status {
  static let responseCountInvalid = Status(
    .internal, .handlerFailed, "the server's handler sent no answer, or more than the one allowed")

  static let thrownOK = Status(.unknown, .handlerFailed, "the server's handler failed")
}

extension UInt32 {
  fileprivate var bigEndianBytes: (UInt8, UInt8, UInt8, UInt8) {
    (
      UInt8(truncatingIfNeeded: self >> 24), UInt8(truncatingIfNeeded: self >> 16),
      UInt8(truncatingIfNeeded: self >> 8), UInt8(truncatingIfNeeded: self)
    )
  }
}
