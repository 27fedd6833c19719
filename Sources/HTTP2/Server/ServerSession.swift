internal import CNghttp2

/// The server's side of one HTTP/2 connection.
package final class ServerSession: Session {
  private unowned(unsafe) let delegate: any ServerSessionDelegate
  private lazy var discardedFields = HeaderList()

  /// Queues our SETTINGS and the connection's window.
  /// - Parameters:
  ///   - pool: where streams come from; share one among the sessions of a thread.
  ///   - delegate: not retained; it must outlive the session's last verb.
  /// - Throws: `library` when memory is short.
  package init(
    limits: SessionLimits = SessionLimits(), pool: StreamPool = StreamPool(countMax: 16),
    delegate: any ServerSessionDelegate
  ) throws(SessionError) {
    self.delegate = delegate
    super.init(
      try makeSession(
        isServer: true, limits, pool.memory,
        [
          (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreamsMax),
          (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowSize),
          (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(clamping: limits.headerListMax)),
          (NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, limits.headerTableSize),
          (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ]),
      pool: pool, limits: limits)
  }

  override var isServer: Bool { true }

  override func beginHeaders(_ id: Int32, isRequest: Bool) -> CInt {
    guard isRequest else {
      // Request trailers carry nothing in gRPC: they are counted against the limits only.
      discardedFields.reset()
      find(id)?._withUnsafeGuaranteedRef { collectFields(of: $0, into: discardedFields) }
      return verdict
    }
    let stream = pool.take(ServerStream.self)
    adopt(stream, id: id)
    state.lastStreamID = id
    nghttp2_session_set_stream_user_data(raw, id, Unmanaged.passUnretained(stream).toOpaque())
    // All alike and in turns, whatever the peer asks: by default the library serves one stream
    // to its end before the next (RFC 9218 §4).
    var priority = nghttp2_extpri(urgency: 3, inc: 1)
    note(nghttp2_session_change_extpri_stream_priority(raw, id, &priority, 1))
    collectFields(of: stream, into: stream.headers)
    state.ledger.streamOpened()
    return verdict
  }

  override func headersReceived(_ stream: SessionStream, isRequest: Bool, endStream: Bool) {
    let stream = unsafeDowncast(stream, to: ServerStream.self)
    if isRequest {
      stream.state.isAnnounced = true
      delegate.session(self, headers: stream, endStream: endStream)
    } else if endStream {
      delegate.session(self, end: stream)
    }
  }

  override func dataReceived(_ stream: SessionStream, _ bytes: UnsafeRawBufferPointer) {
    delegate.session(self, data: bytes, on: unsafeDowncast(stream, to: ServerStream.self))
  }

  override func endReceived(_ stream: SessionStream) {
    delegate.session(self, end: unsafeDowncast(stream, to: ServerStream.self))
  }

  override func becameWritable(_ stream: SessionStream) {
    delegate.session(self, writable: unsafeDowncast(stream, to: ServerStream.self))
  }

  override func closed(_ stream: SessionStream, _ code: ErrorCode) {
    let stream = unsafeDowncast(stream, to: ServerStream.self)
    if stream.state.isAnnounced { delegate.session(self, closed: stream, code) }
    stream.call = nil
  }

  override func pingAckReceived(_ opaque: UInt64) {
    delegate.session(self, receivedPingAck: opaque)
  }

  override func goawayReceived(_ code: ErrorCode) {
    delegate.session(self, receivedGoaway: code)
  }

  /// How a peer that is warned is sent away is the delegate's.
  override func obey(_ verdict: AbuseLedger.Verdict, _ vector: AbuseVector) -> CInt {
    guard verdict == .warn else { return end(.abuse(vector)) }
    delegate.session(self, warned: vector)
    return self.verdict
  }

  override func lastOctetRead(_ stream: SessionStream) -> UInt32 {
    guard stream.state.sentTrailers != nil else {
      stream.state.sending = .ended
      return LibraryCode.endOfData
    }
    submitTrailers(stream)
    return LibraryCode.endOfDataBeforeTrailers
  }

  /// RST_STREAM cancels trailers that are queued, so it is submitted only now (RFC 9113 §8.1).
  override func endProduced(_ stream: SessionStream) {
    if !stream.isRemoteClosed, !stream.awaitsEnd { reset(stream, .noError) }
  }

  override func headersNotProduced(_ id: Int32) {
    find(id)?._withUnsafeGuaranteedRef { reset($0, .internalError) }
  }
}

// MARK: - Responses

extension ServerSession {
  /// Sends the initial HEADERS; DATA and trailers follow by `write` and `finish`.
  package func respond(_ stream: ServerStream, _ headers: HeaderBlock) {
    guard isOpen(stream), stream.state.sending == .idle else { return }
    stream.state.sending = .body
    stream.state.sentHeaders = headers
    var provider = provider(for: stream)
    note(nghttp2_submit_response(raw, stream.id, headers.fields, headers.count, &provider))
  }

  /// Sends HEADERS with END_STREAM, gRPC's trailers-only; if the peer has not finished,
  /// RST_STREAM NO_ERROR follows once they are produced (RFC 9113 §8.1).
  package func respondOnly(_ stream: ServerStream, _ headers: HeaderBlock) {
    guard isOpen(stream), stream.state.sending == .idle else { return }
    stream.state.sending = .ended
    stream.state.sentHeaders = headers
    note(nghttp2_submit_response(raw, stream.id, headers.fields, headers.count, nil))
  }

  /// Ends the response: trailers with END_STREAM after the last queued octet, and RST_STREAM
  /// NO_ERROR after them if the peer has not finished. After `respond`.
  package func finish(_ stream: ServerStream, trailers: HeaderBlock) {
    guard isOpen(stream), stream.state.sending == .body else { return }
    stream.state.sentTrailers = trailers
    stream.state.sending = .finishing
    // HEADERS overtake DATA in the library: while octets are queued, the one who reads the last
    // submits them. Without, they must not wait for a window that no DATA needs.
    if stream.state.outgoing.count == 0 { submitTrailers(stream) }
  }

  /// Ends the response with the last queued octet, without trailers; RST_STREAM NO_ERROR follows
  /// if the peer has not finished. After `respond` and at least one octet: an empty DATA frame
  /// would wait for a window that `respondOnly` does not need.
  package func finish(_ stream: ServerStream) {
    guard isOpen(stream), stream.state.sending == .body else { return }
    stream.state.sending = .finishing
    resume(stream)
  }

  /// Refuses a request before anything of it was processed, so that the peer may send it again:
  /// too many of them are abuse.
  package func refuse(_ stream: ServerStream) {
    reset(stream, .refusedStream)
    _ = record(.streamRefused)
  }

  /// Calls `body` for every open stream; it may reset the stream.
  package func forEachStream(_ body: (ServerStream) -> Void) {
    state.open.forEach { body(unsafeDowncast($0, to: ServerStream.self)) }
  }

  /// Lets the peer finish its request after our answer, where RST_STREAM NO_ERROR would follow the
  /// answer: curl 7.88 loses an answer that comes with one.
  package func awaitEnd(of stream: ServerStream) {
    stream.state.awaitsEnd = true
  }

  /// First GOAWAY of a graceful end: no stream is refused yet (RFC 9113 §6.8). A PING with
  /// `opaque` follows it, whose answer says that the peer has read the notice.
  package func submitShutdownNotice(ping opaque: UInt64) {
    guard state.failure == nil else { return }
    // To a peer that has said goodbye itself the library sends no notice.
    guard !state.isGoawayReceived else { return submitPing(opaque) }
    // The library sends PING before all that waits: it is submitted once the notice is produced.
    state.noticePing = opaque
    note(nghttp2_submit_shutdown_notice(raw))
  }

  private func submitTrailers(_ stream: SessionStream) {
    guard let trailers = stream.state.sentTrailers else { return }
    stream.state.sending = .ended
    note(nghttp2_submit_trailer(raw, stream.id, trailers.fields, trailers.count))
  }
}
