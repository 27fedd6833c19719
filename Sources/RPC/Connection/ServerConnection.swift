package import HTTP2

/// gRPC on one HTTP/2 connection, without I/O: bytes in, calls started at the host, bytes out.
///
/// Confined to one loop, with its calls and their handlers.
package final class ServerConnection {
  /// Of the other end, such as `127.0.0.1:50412`.
  package let peer: String
  /// Who the other end is by its certificate; nil where none was asked for. Set once, before the
  /// first byte is received.
  package var peerIdentity: PeerIdentity?
  /// Whatever a layer above keeps for the connection, such as its last caller.
  package var attachment: AnyObject?

  let router: Router
  let limits: ServerLimits
  /// Let go once the peer has gone and the last handler has ended.
  private(set) var host: (any ServerHost)?
  // Never nil: set by init, which has to hand itself to the session first.
  private(set) var session: ServerSession!

  var calls: [ServerCall] = []
  /// Calls to start once the session has read all that came.
  private var startQueue: [ServerCall] = []
  /// Calls whose handlers wait until less is unsent, in the order in which they are woken.
  var waitingWriters: [ServerCall] = []
  /// Calls whose deadlines are not with the host yet: most have ended before the turn has.
  private var deadlineQueue: [ServerCall] = []
  private let pressure: Pressure?
  /// The call whose request lies in the receive buffer.
  private var lender: ServerCall?
  private var lastEntry: Router.Entry?
  private var sniffer = ConnectionSniffer()
  var drain = Drain.open
  /// The answer to the notice has come with what is being read.
  private var isNoticeRead = false
  /// A keepalive PING waits for its answer.
  package internal(set) var isKeepaliveOutstanding = false
  private var isReading = false
  var isDisconnected = false
  var assembly: AssemblyBudget
  /// What calls hold of their requests, in octets.
  var requestByteCount = 0
  let memory: ProcessMemory
  /// What `memory` was told.
  var toldByteCount = ServerConnection.idleByteCount
  /// How far the answers have got.
  var progress = ProgressMark()
  var goodbye = Goodbye(code: .noError, reason: "")
  /// Decompressed bytes of requests that calls hold.
  package internal(set) var inflatedByteCount = 0

  /// How far a graceful end has come (wire.md 1.8).
  enum Drain {
    case open
    /// The notice is out; new calls are still taken until its PING is acknowledged.
    case noticed
    /// The last GOAWAY is out; calls in flight finish.
    case final
  }

  /// - Parameters:
  ///   - host: retained until the peer has gone and the last handler has ended.
  ///   - pool: where streams come from; one may serve all connections of a loop.
  package init(
    router: Router, host: any ServerHost, limits: ServerLimits, sessionLimits: SessionLimits,
    peer: String, pool: StreamPool = StreamPool(countMax: 16)
  ) throws(SessionError) {
    self.router = router
    self.host = host
    self.limits = limits
    self.peer = peer
    pressure = host.pressure
    memory = host.memory
    assembly = AssemblyBudget(byteCountMax: limits.assemblySizeMax)
    session = try ServerSession(limits: sessionLimits, pool: pool, delegate: self)
    memory.add(toldByteCount)
  }

  deinit {
    // Not when `init` has thrown: nothing was told.
    if session != nil { memory.add(-toldByteCount) }
  }
}

// MARK: - For the host

extension ServerConnection {
  /// Takes bytes as they came from the peer, split anywhere, borrowed for the length of the call.
  /// Handlers start inside. Not to be called from a handler.
  /// - Parameter now: the host's clock; where it stands still no budget is refilled.
  package func receive(_ bytes: UnsafeRawBufferPointer, at now: UInt64 = 0) -> ReceiveOutcome {
    if !sniffer.isSettled {
      switch sniffer.judge(bytes) {
      case .http2: break
      case .http1: return .http1(answer: ConnectionSniffer.httpVersionAnswer)
      case .tls: return .tls
      case .unknown: return .closing("the first bytes are neither HTTP/2, HTTP/1 nor TLS")
      }
    }
    isReading = true
    defer { isReading = false }
    var outcome = ReceiveOutcome.open
    do throws(SessionError) {
      try session.receive(bytes, at: now)
    } catch {
      outcome = .closing("\(error)")
    }
    if isNoticeRead {
      // gRPC's own library writes the answer before the HEADERS of calls that it has begun.
      isNoticeRead = false
      drainTimePassed()
    }
    startQueued()
    lender?.keepRequest()
    lender = nil
    armDeadlines()
    return outcome
  }

  /// Appends frames until `output` holds that many bytes or nothing is ready.
  package func produce(into output: inout OutputBuffer, upTo byteCountMax: Int) -> ProduceOutcome {
    do throws(SessionError) {
      if try session.produce(into: &output, upTo: byteCountMax) { return .more }
    } catch {
      return .failed("\(error)")
    }
    if !waitingWriters.isEmpty { wakeWriters() }
    if !startQueue.isEmpty { startQueued() }
    return session.isFinished ? .finished : .idle
  }

  /// The preface and the peer's first SETTINGS have come.
  package var hasPeerSettings: Bool {
    sniffer.isSettled && session.ledger.count(of: .settings) > 0
  }

  /// What the peer did too often, once the session has failed for it.
  package var abuse: AbuseVector? { session.failure?.vector }

  /// What the peer did, counted.
  package var ledger: AbuseLedger { session.ledger }

  /// Streams that have begun and not closed.
  package var streamCount: Int { session.streamCount }

  /// The peer has acknowledged our SETTINGS.
  package var isSettingsAcknowledged: Bool { session.isSettingsAcknowledged }

  /// Octets of answers that wait for the peer's windows or for the socket.
  package var queuedByteCount: Int { session.queuedByteCount }

  /// Frames that wait to be produced.
  package var queuedFrameCount: Int { session.queuedFrameCount }

  /// No stream is open and no handler runs.
  package var isIdle: Bool { calls.isEmpty && session.streamCount == 0 }

  /// Calls whose handlers have not ended, those of cancelled calls included.
  package var callCount: Int { calls.count }
}

// MARK: - For calls

extension ServerConnection {
  /// In octets of RFC 9113 §6.5.2.
  var trailersSizeMax: Int { min(session.peerHeaderListMax, limits.trailersSizeMax) }

  /// What is produced anyway after the reading needs no word.
  func noteOutput() {
    if !isReading { host?.outputReady(self) }
  }

  /// Starts a handler, a hot one at once.
  func begin(_ call: ServerCall) {
    guard call.phase == .collecting else { return }
    // The timers of a turn fire after its reading, and a long turn outlasts many a deadline.
    if let deadline = call.deadline, let host, deadline <= host.nowNanoseconds {
      if call.isDeadlineArmed { host.cancelDeadline(call) }
      call.deadlinePassed()
      return
    }
    call.phase = .queued
    guard call.method.isHot, hasRoom else {
      startQueue.append(call)
      return
    }
    start(call)
    if call.phase == .running { call.keepRequest() }
  }

  /// Remembers whose request lies in the receive buffer: one at a time.
  func lend(_ call: ServerCall) {
    lender?.keepRequest()
    lender = call
  }

  /// Takes an ended call out of every list.
  func forget(_ call: ServerCall) {
    if call.isDeadlineArmed {
      call.isDeadlineArmed = false
      host?.cancelDeadline(call)
    }
    if lender === call { lender = nil }
    if !waitingWriters.isEmpty { waitingWriters.removeAll { $0 === call } }
    guard let last = calls.popLast(), last !== call else { return }
    calls[call.index] = last
    last.index = call.index
  }

  func answeredAtOnce(_ call: ServerCall) {
    host?.callAnswered(call)
    letGoOfHost()
  }

  func handlerEnded(_ call: ServerCall, _ code: StatusCode) {
    host?.callEnded(call, code)
    letGoOfHost()
  }

  private func start(_ call: ServerCall) {
    call.phase = .running
    if let immediate = call.method.immediate, call.answer(by: immediate) { return }
    host?.start(call)
  }

  func letGoOfHost() {
    if isDisconnected, calls.isEmpty { host = nil }
  }
}

// MARK: - After reading

extension ServerConnection {
  /// Starts no handler for a peer that does not take the answers of those before.
  private func startQueued() {
    guard !startQueue.isEmpty, hasRoom else { return }
    var queue: [ServerCall] = []
    swap(&queue, &startQueue)
    for index in queue.indices {
      guard hasRoom else {
        startQueue.insert(contentsOf: queue[index...], at: 0)
        return
      }
      if queue[index].phase == .queued { start(queue[index]) }
    }
    queue.removeAll(keepingCapacity: true)
    if startQueue.isEmpty { swap(&queue, &startQueue) }
  }

  private func armDeadlines() {
    guard !deadlineQueue.isEmpty else { return }
    for call in deadlineQueue where call.phase != .ended {
      guard let deadline = call.deadline, deadline != .max else { continue }
      call.isDeadlineArmed = true
      host?.scheduleDeadline(call, at: deadline)
    }
    deadlineQueue.removeAll(keepingCapacity: true)
  }
}

// MARK: - What the session reads

extension ServerConnection: ServerSessionDelegate {
  package func session(
    _ session: ServerSession, headers stream: ServerStream, endStream: Bool
  ) {
    // Past the last stream of the GOAWAY on its way: the peer is told that nothing of it was
    // processed, and may send it elsewhere.
    guard drain != .final else {
      session.reset(stream, .refusedStream)
      return
    }
    let admission = Admission(
      sessionLimits: session.limits, router: router, isFull: calls.count >= limits.callsMax)
    switch admission.judge(stream, find: find) {
    case .admitted(let entry, let head):
      if let refusal = overload(entry.method) {
        refuse(stream, refusal, namesProto: head.contentType == .proto)
      } else {
        let call = ServerCall(
          entry, on: stream, of: self, namesProto: head.contentType == .proto,
          encoding: head.encoding)
        admit(call, timeoutNanoseconds: head.timeoutNanoseconds, endStream: endStream)
      }
    case .refused(let refusal, let head):
      refuse(stream, refusal, namesProto: head.contentType == .proto)
    case .other(let head):
      receiveWeb(stream, head, endStream: endStream)
    case .overloaded:
      session.refuse(stream)
    }
  }

  package func session(
    _ session: ServerSession, data bytes: UnsafeRawBufferPointer, on stream: ServerStream
  ) {
    guard let call = call(of: stream) else {
      discard(bytes.count, on: stream)
      return
    }
    call.receive(bytes)
  }

  package func session(_ session: ServerSession, end stream: ServerStream) {
    call(of: stream)?.receiveEnd()
  }

  package func session(_ session: ServerSession, writable stream: ServerStream) {
    call(of: stream)?.wakeWriter()
  }

  package func session(_ session: ServerSession, closed stream: ServerStream, _ code: ErrorCode) {
    guard let call = call(of: stream) else { return }
    stream.call = nil
    call.streamClosed()
  }

  package func session(_ session: ServerSession, receivedPingAck opaque: UInt64) {
    if opaque == Self.drainPing { isNoticeRead = true }
    if opaque == Self.keepalivePing { isKeepaliveOutstanding = false }
  }

  package func session(_ session: ServerSession, warned vector: AbuseVector) {
    sayGoodbye(Goodbye(code: .enhanceYourCalm, reason: vector.debugData))
    host?.abuseWarned(vector)
  }

  func call(of stream: ServerStream) -> ServerCall? {
    // Only `admit` sets it.
    stream.call.map { unsafeDowncast($0, to: ServerCall.self) }
  }

  /// Counts a call that nothing else speaks against; the answer when calls wait too long for it.
  func overload(_ method: Method) -> Refusal? {
    guard let pressure, let shed = pressure.judge(method.admissionClass) else { return nil }
    host?.shed(method.admissionClass, shed.reason)
    return .overloaded(method.admissionClass, shed)
  }

  func find(_ path: UnsafeRawBufferPointer) -> Router.Entry? {
    if let lastEntry, lastEntry.matches(path) { return lastEntry }
    guard let entry = router.find(path) else { return nil }
    lastEntry = entry
    return entry
  }

  func admit(_ call: ServerCall, timeoutNanoseconds: UInt64?, endStream: Bool) {
    call.stream.call = call
    call.index = calls.count
    calls.append(call)
    call.charge(call.headers.byteSize)
    let deadlineMax = call.entry.deadlineMax
    if timeoutNanoseconds != nil || deadlineMax != .max, let host {
      let timeout = min(timeoutNanoseconds ?? .max, deadlineMax)
      let (instant, overflow) = host.turnNanoseconds.addingReportingOverflow(timeout)
      call.deadline = overflow ? .max : instant
      deadlineQueue.append(call)
    }
    if !call.method.kind.hasSingleRequest { begin(call) }
    if endStream { call.receiveEnd() }
  }

  func refuse(_ stream: ServerStream, _ refusal: Refusal, namesProto: Bool) {
    let shape = AnswerShape(httpStatus: refusal.httpStatus, namesProto: namesProto)
    let block = AnswerBlocks.trailersOnly(
      refusal.status, refusal.metadata, shape, accepts: refusal.accepts,
      byteSizeMax: trailersSizeMax)
    session.respondOnly(stream, block)
    noteRefusal(stream, refusal.status)
  }

  /// Tells the host, but not of the query of a GET: that is a message, and none of a log's matters.
  func noteRefusal(_ stream: ServerStream, _ status: Status) {
    let headers = stream.headers
    let path = headers.method.equals("GET") ? headers.path.beforeQuery : headers.path
    host?.requestRefused(self, path: Refusal.printable(path), status)
  }
}

extension Status {
  static let shuttingDown = Status(
    .unavailable, .shuttingDown, "the server is shutting down: call another one")
}
