internal import HTTP2

/// One call: what its handler sees of it, and its place between the stream and the handler.
// Safety: confined to its connection's loop; a handler's tasks run there and nowhere else.
package final class ServerCall: @unchecked Sendable {
  /// Where a call stands.
  enum Phase {
    /// Its one request message is not complete.
    case collecting
    /// Ready, and waits for the end of the turn's reading.
    case queued
    case running
    case ended
  }

  package let connection: ServerConnection
  let stream: ServerStream
  let entry: Router.Entry
  let headers: HeaderList
  /// The request's content-type was `application/grpc+proto`; the answer's is the same.
  let namesProto: Bool
  package let wire: WireProtocol
  /// Of its messages, both ways.
  package let codec: MessageCodec
  /// What is kept of a request that is not gRPC proper; nil for one that is.
  let web: WebRequest?

  /// In nanoseconds of ``ServerHost/nowNanoseconds``; nil when neither the
  /// caller nor ``MethodOptions/deadlineMax`` set one.
  package internal(set) var deadline: UInt64?
  /// The host's, for the timer of the deadline.
  package var deadlineTimer: AnyObject?
  /// Sent before the first message; later additions are lost.
  package var initialMetadata = ResponseMetadata()
  /// Sent with the status.
  package var trailingMetadata = ResponseMetadata()
  /// For a handler that waits for something of its own: called once when the call can't go on.
  /// It runs inside a callback of the session, so it may only flip a flag and resume one
  /// continuation.
  package var interruptionHandler: (() -> Void)?

  var phase = Phase.collecting
  /// Why the call can't go on: thrown by ``nextMessage()`` and ``send(_:)`` from then on.
  var interruption: Status?
  /// The trailers, or a reset, are with the session: nothing more can be sent.
  var answer: StatusCode?
  var isStreamClosed = false
  var isDeadlineArmed = false
  var task: Task<Void, Never>?
  /// Place in the connection's list.
  var index = 0

  // For the log and the counters
  package var subject = CallSubject()
  /// When its handler started: nanoseconds of the turn in which it did; 0 before.
  package var startedAt: UInt64 = 0
  var traceBox: TraceBox?

  // Receiving
  var deframer: MessageDeframer
  var request = RequestBytes.none
  /// The one request came compressed.
  var isRequestCompressed = false
  /// It still is.
  var isRequestPacked = false
  /// Bytes held that were decompressed, counted by the connection, too.
  var inflatedByteCount = 0
  var requestCount = 0
  var inbox = Inbox()
  /// Bytes of DATA for which the peer got no new credit yet.
  var uncreditedByteCount = 0
  var reservedByteCount = 0
  /// Octets of the request that count as held, besides those reserved.
  var chargedByteCount = 0
  var isWaitingForBudget = false
  var reader: UnsafeContinuation<Void, Never>?

  // Sending
  var areHeadersSent = false
  /// What the headers name.
  var answerEncoding = MessageEncoding.identity
  var sentCount = 0
  var writer: UnsafeContinuation<Void, Never>?

  init(
    _ entry: Router.Entry, on stream: ServerStream, of connection: ServerConnection,
    namesProto: Bool, encoding: MessageEncoding = .identity, web: WebRequest? = nil
  ) {
    self.entry = entry
    self.stream = stream
    self.connection = connection
    self.namesProto = namesProto
    self.web = web
    wire = web?.shape.wire ?? .grpc
    codec = web?.shape.codec ?? .proto
    headers = stream.headers
    deframer = MessageDeframer(
      messageSizeMax: entry.method.options.messageSizeMax(within: connection.limits),
      takesCompressed: encoding != .identity)
  }
}

// MARK: - For handlers

extension ServerCall {
  package var method: Method { entry.method }
  /// Of the connection, such as `127.0.0.1:50412`.
  package var peer: String { connection.peer }
  package var metadata: RequestMetadata { RequestMetadata(headers) }
  /// The peer has gone, the deadline has passed, or the request turned out to be malformed.
  package var isCancelled: Bool { interruption != nil }

  /// Tells the host that the caller makes more calls than it may.
  /// - Parameter identity: of the caller, for the operator.
  package func noteQuotaRefused(identity: String) {
    connection.host?.quotaRefused(identity: identity)
  }
}

// MARK: - For the host

extension ServerCall {
  /// Runs the handler to its end and sends its status. Once, in a task on the loop.
  package func run() async {
    guard phase == .running else { return }
    switch entry.method.body {
    case .unary(let body):
      do throws(Status) {
        let response = try await body(RequestMessage(lentBy: self), self)
        if !hasRoom { try await waitForRoom(with: response) }
        succeed(with: response)
      } catch {
        fail(error)
      }
    case .streaming(let body):
      do throws(Status) {
        try await body(self)
        succeed()
      } catch {
        fail(error)
      }
    }
    end()
  }

  /// Answers without a task; false when the method's body has to run.
  func answer(by immediate: ImmediateBody) -> Bool {
    guard let response = immediate(RequestMessage(lentBy: self), self) else { return false }
    succeed(with: response)
    release()
    connection.answeredAtOnce(self)
    return true
  }

  /// Keeps the task, so that a cancelled call cancels its handler.
  package func adopt(_ task: Task<Void, Never>) {
    guard phase == .running else { return }
    self.task = task
    if interruption != nil { task.cancel() }
  }

  /// The instant of ``ServerHost/scheduleDeadline(_:at:)`` has come.
  package func deadlinePassed() {
    isDeadlineArmed = false
    deadlineTimer = nil
    guard phase != .ended, interruption == nil else { return }
    let status = Status.deadlinePassed
    if stream.queuedByteCount == 0 {
      send(status)
    } else {
      // A message is on the wire in part: trailers would wait behind it (wire.md 1.4).
      reset(.cancel, status.code)
    }
    interrupt(status)
  }
}

// MARK: - The end

extension ServerCall {
  /// Ends the call by a fault of the request: answers at once and stops the handler.
  func reject(_ status: Status) {
    send(status)
    interrupt(status)
  }

  /// The stream is over; whatever the handler still does is for nobody.
  func streamClosed() {
    isStreamClosed = true
    guard answer == nil else { return }
    answer = .cancelled
    interrupt(.cancelled)
  }

  /// Stops everything that waits. Only flips flags and resumes: it runs inside callbacks.
  func interrupt(_ status: Status) {
    guard phase != .ended, interruption == nil else { return }
    interruption = status
    discardRequest()
    if phase == .running {
      wakeReader()
      wakeWriter()
      task?.cancel()
      let handler = interruptionHandler
      interruptionHandler = nil
      handler?()
    } else {
      refuseUnstarted(status)
    }
  }

  private func refuseUnstarted(_ status: Status) {
    connection.host?.requestRefused(connection, path: method.path, status)
    release()
  }

  private func end() {
    let code = answer ?? .unknown
    release()
    connection.handlerEnded(self, code)
  }

  /// Gives back everything the call holds.
  private func release() {
    phase = .ended
    task = nil
    request = .none
    discardRequest()
    discharge(chargedByteCount)
    giveBackInflated()
    connection.forget(self)
  }
}

extension Status {
  static let deadlinePassed = Status(
    .deadlineExceeded, .deadlineExceeded, "the deadline passed before the call was done")
}
