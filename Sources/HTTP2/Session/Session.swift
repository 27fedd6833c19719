internal import CNghttp2

/// What both sides of an HTTP/2 connection share, without I/O: octets in by `receive`, octets
/// out by `produce`. Confined to one thread. Flow control is manual: credit is granted as the
/// layer above consumes (RFC 9113 §5.2).
///
/// Call `abandon` once the connection is gone: a session that is only dropped does not tell its
/// delegate of the streams still open.
package class Session {
  package final let limits: SessionLimits
  final let raw: OpaquePointer
  final let pool: StreamPool
  private final let storage: UnsafeMutablePointer<SessionState>

  /// - Parameter raw: owned from now on.
  init(_ raw: OpaquePointer, pool: StreamPool, limits: SessionLimits) {
    self.raw = raw
    self.pool = pool
    self.limits = limits
    storage = .allocate(capacity: 1)
    storage.initialize(to: SessionState(limits: limits))
    nghttp2_session_set_user_data(raw, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    nghttp2_session_del(raw)
    storage.deinitialize(count: 1)
    storage.deallocate()
  }

  /// Reached by a pointer: the run time's check for overlapping accesses, which costs more than
  /// the accesses, does not apply. No access lasts over a call of the delegate or the library.
  final var state: SessionState {
    @inline(__always) unsafeAddress { UnsafePointer(storage) }
    @inline(__always) unsafeMutableAddress { storage }
  }

  // What the two sides do differently; called inside the library's callbacks.

  var isServer: Bool { false }
  func beginHeaders(_ id: Int32, isRequest: Bool) -> CInt { 0 }
  func headersReceived(_ stream: SessionStream, isRequest: Bool, endStream: Bool) {}
  func dataReceived(_ stream: SessionStream, _ bytes: UnsafeRawBufferPointer) {}
  func endReceived(_ stream: SessionStream) {}
  func becameWritable(_ stream: SessionStream) {}
  func closed(_ stream: SessionStream, _ code: ErrorCode) {}
  func pingAckReceived(_ opaque: UInt64) {}
  func goawayReceived(_ code: ErrorCode) {}
  /// The last octet of DATA is being produced.
  /// - Returns: the library's flags for that.
  func lastOctetRead(_ stream: SessionStream) -> UInt32 { LibraryCode.endOfData }
  /// Does what the ledger says: a client, whose server decides how much it sends, does nothing.
  func obey(_ verdict: AbuseLedger.Verdict, _ vector: AbuseVector) -> CInt { 0 }
  /// HEADERS with END_STREAM have been produced.
  func endProduced(_ stream: SessionStream) {}
  /// HEADERS were dropped by the library, which tells the peer nothing.
  func headersNotProduced(_ id: Int32) {}
}

// MARK: - Octets in, octets out

extension Session {
  /// Reads octets as they came from the peer, split anywhere; the delegate hears of them inside.
  /// - Parameter now: a monotonic clock, in nanoseconds; where it stands still, as it does by
  ///   default, no budget is refilled.
  /// - Throws: why the connection must end; `produce` then yields the GOAWAY. Every open stream
  ///   has been closed by then.
  package final func receive(
    _ bytes: UnsafeRawBufferPointer, at now: UInt64 = 0
  ) throws(SessionError) {
    if let failure { throw end(failure.code) }
    guard bytes.count > 0 else { return }
    precondition(!state.isInside, "receive inside a delegate call")
    state.isInside = true
    state.now = now
    let result = isServer ? receiveFrames(bytes) : give(bytes)
    state.isInside = false
    if result < 0 || state.failure != nil { throw fail(result) }
    pool.put(&state.retired)
  }

  /// Appends frames to `output` until it holds at least `byteCountMax` octets or nothing is
  /// ready; a frame is never split, so it may end up 16 KiB past it.
  /// - Returns: whether more is ready now.
  package final func produce(
    into output: inout OutputBuffer, upTo byteCountMax: Int
  ) throws(SessionError) -> Bool {
    if let failure {
      _ = end(failure.code)
      produceGoaway(into: &output)
      return false
    }
    precondition(!state.isInside, "produce inside a delegate call")
    state.isInside = true
    let result = withUnsafeMutablePointer(to: &output) { drain(into: $0, upTo: byteCountMax) }
    state.isInside = false
    if result < 0 || state.failure != nil {
      let error = fail(result)
      produceGoaway(into: &output)
      throw error
    }
    pool.put(&state.retired)
    return result > 0
  }

  /// Gives the library octets; negative: its error.
  private final func give(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return 0 }
    return nghttp2_session_mem_recv(
      raw, start.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  /// Gives the library what the walk lets through.
  private final func receiveFrames(_ bytes: UnsafeRawBufferPointer) -> Int {
    var position = 0
    var result = 0
    while result >= 0, state.failure == nil {
      let step = state.walk.next(bytes, from: &position)
      result = give(UnsafeRawBufferPointer(rebasing: bytes[step.octets]))
      guard result >= 0, state.failure == nil else { break }
      switch step.then {
      case .end:
        if state.emptyDataSeen != state.walk.emptyDataCount { judgeSkippedData() }
        return result
      case .head:
        let head = state.walk.head
        result = withUnsafeBytes(of: head) { give($0) }
      case .idleReset:
        _ = record(.resetReceived)
      }
    }
    return result
  }

  /// Negative: the library's error. Positive: more is ready.
  private final func drain(
    into output: UnsafeMutablePointer<OutputBuffer>, upTo byteCountMax: Int
  ) -> Int {
    state.output = output
    state.outputMax = byteCountMax
    defer { state.output = nil }
    while output.pointee.count < byteCountMax {
      var data: UnsafePointer<UInt8>?
      let count = nghttp2_session_mem_send(raw, &data)
      if count < 0 { return count }
      // Nothing is ready, or `send` has paused at the end of the room.
      if count == 0 { break }
      output.pointee.append(UnsafeRawBufferPointer(start: data, count: count))
    }
    return output.pointee.count < byteCountMax ? 0 : Int(nghttp2_session_want_write(raw))
  }
}

// MARK: - State

extension Session {
  /// What the peer did, counted.
  package final var ledger: AbuseLedger { state.ledger }
  /// The highest stream id that a request came on.
  package final var lastStreamID: Int32 { state.lastStreamID }
  /// The peer has acknowledged our SETTINGS (RFC 9113 §6.5.3).
  package final var isSettingsAcknowledged: Bool { state.isSettingsAcknowledged }
  /// Why the session failed, if it did.
  package final var failure: SessionError? { state.failure }
  /// When false, nothing the peer could send matters any more.
  package final var wantsRead: Bool { state.failure == nil && nghttp2_session_want_read(raw) != 0 }
  /// `produce` has octets.
  package final var wantsWrite: Bool {
    state.failure == nil ? nghttp2_session_want_write(raw) != 0 : !state.isGoawayProduced
  }
  /// Close the connection once all output is written.
  package final var isFinished: Bool { !wantsRead && !wantsWrite }
  /// Streams that have begun and not closed.
  package final var streamCount: Int { state.open.count }
  /// When the header block began whose end has not come yet, on the clock of `receive`.
  package final var headerBlockBeganAt: UInt64? {
    state.fieldTarget == nil ? nil : state.fieldsBeganAt
  }
  /// Octets of DATA that were produced, over all streams since the session began.
  package final var producedByteCount: Int { state.producedByteCount }
  /// The peer's window keeps the stream's DATA back, whatever the connection's says.
  package final func isWindowClosed(_ stream: SessionStream) -> Bool {
    isOpen(stream) && nghttp2_session_get_stream_remote_window_size(raw, stream.id) <= 0
  }
  /// The peer gets no credit of the connection, for too much is not consumed.
  package final var isCreditWithheld: Bool { state.credit.withheld > 0 }
  /// Octets delivered to the delegate and not yet consumed.
  package final var bufferedByteCount: Int { state.credit.buffered }
  /// Octets of DATA given to `write` and not yet produced, over all streams.
  package final var queuedByteCount: Int { state.queuedByteCount }
  /// Frames that wait to be produced: stop reading from a peer past 1,000.
  package final var queuedFrameCount: Int { nghttp2_session_get_outbound_queue_size(raw) }
  /// The peer's SETTINGS_MAX_HEADER_LIST_SIZE, in octets; `Int.max` when it named none.
  package final var peerHeaderListMax: Int {
    let value = nghttp2_session_get_remote_settings(raw, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE)
    return value == UInt32.max ? Int.max : Int(value)
  }

  /// Ends the session because the peer is gone: every open stream is closed with `code`, and
  /// nothing more is produced.
  package final func abandon(_ code: ErrorCode = .cancel) {
    precondition(!state.isInside, "abandon inside a delegate call")
    if state.failure == nil { state.failure = .finished }
    state.isGoawayProduced = true
    closeAll(code)
  }

  /// Turns a fatal code of the library, or the failure that a callback noted, into the end.
  private final func fail(_ code: Int) -> SessionError {
    let error = state.failure ?? SessionError(libraryCode: code)
    if state.failure == nil, let vector = error.vector {
      _ = state.ledger.record(vector, within: limits.abuse, at: state.now)
    }
    state.failure = error
    closeAll(error.code)
    return error
  }

  /// Closes what a failure outside `receive` and `produce` has left open.
  private final func end(_ code: ErrorCode) -> SessionError {
    closeAll(code)
    return .finished
  }

  private final func closeAll(_ code: ErrorCode) {
    while let stream = state.open.last { close(stream, code) }
    pool.put(&state.retired)
  }

  /// The library is not to be asked after a fatal error: the frame is written by hand
  /// (RFC 9113 §6.8).
  private final func produceGoaway(into output: inout OutputBuffer) {
    guard !state.isGoawayProduced, let failure else { return }
    state.isGoawayProduced = true
    let debug = failure.vector?.debugData ?? ""
    let length = UInt8(truncatingIfNeeded: 8 + debug.utf8.count)
    var frame: [UInt8] = [0, 0, length, FrameType.goaway, 0, 0, 0, 0, 0]
    for value in [UInt32(bitPattern: state.lastStreamID), failure.code.rawValue] {
      withUnsafeBytes(of: value.bigEndian) { frame.append(contentsOf: $0) }
    }
    frame.append(contentsOf: debug.utf8)
    output.append(frame)
  }
}

// MARK: - Open streams

extension Session {
  /// The open stream of this id, borrowed, or nil.
  final func find(_ id: Int32) -> Unmanaged<SessionStream>? {
    nghttp2_session_get_stream_user_data(raw, id).map { Unmanaged.fromOpaque($0) }
  }

  /// The list owns the stream; the library refers to it without.
  final func adopt(_ stream: SessionStream, id: Int32) {
    stream.state.id = id
    state.open.open(stream)
  }

  final func close(_ stream: SessionStream, _ code: ErrorCode) {
    guard !stream.isClosed else { return }
    state.open.close(stream, into: &state.retired)
    stream.state.isClosed = true
    if state.fieldStream?.toOpaque() == Unmanaged.passUnretained(stream).toOpaque() { endFields() }
    stream.state.unconsumedByteCount = 0
    releaseConnection(stream, keeping: 0)
    state.queuedByteCount &-= stream.state.outgoing.count
    closed(stream, code)
  }

  /// Fields go to `list` until the block ends or the stream closes.
  final func collectFields(of stream: SessionStream, into list: HeaderList) {
    state.fieldStream = .passUnretained(stream)
    state.fieldTarget = .passUnretained(list)
    state.fieldsBeganAt = state.now
  }

  final func endFields() {
    state.fieldStream = nil
    state.fieldTarget = nil
  }

  final func record(_ vector: AbuseVector) -> CInt {
    let verdict = state.ledger.record(vector, within: limits.abuse, at: state.now)
    if verdict == .tolerate { return self.verdict }
    let isStrike = vector == .ping && state.ledger.count(of: .pingStrike) > 0
    return obey(verdict, isStrike ? .pingStrike : vector)
  }

  /// Notes why the connection ends; the library then returns from `receive` or `produce`.
  final func end(_ error: SessionError) -> CInt {
    if state.failure == nil {
      state.failure = error
      if error == .headerListTooLarge {
        _ = state.ledger.record(.headerBomb, within: limits.abuse, at: state.now)
      }
    }
    return LibraryCode.callbackFailure
  }

  /// What a callback returns when it has nothing else to say.
  final var verdict: CInt { state.failure == nil ? 0 : LibraryCode.callbackFailure }
}
