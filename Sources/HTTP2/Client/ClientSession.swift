internal import CNghttp2

/// The client's side of one HTTP/2 connection.
package final class ClientSession: Session {
  private unowned(unsafe) let delegate: any ClientSessionDelegate

  /// Queues the connection preface, our SETTINGS and the connection's window.
  /// - Parameters:
  ///   - pool: where streams come from, of client sessions only.
  ///   - delegate: not retained; it must outlive the session's last verb.
  /// - Throws: `library` when memory is short.
  package init(
    limits: SessionLimits = SessionLimits(), pool: StreamPool = StreamPool(),
    delegate: any ClientSessionDelegate
  ) throws(SessionError) {
    self.delegate = delegate
    super.init(
      try makeSession(
        isServer: false, limits, pool.memory,
        [
          (NGHTTP2_SETTINGS_ENABLE_PUSH, 0),
          (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowSize),
          (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(clamping: limits.headerListMax)),
          (NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, limits.headerTableSize),
        ]),
      pool: pool, limits: limits)
  }

  override func beginHeaders(_ id: Int32, isRequest: Bool) -> CInt {
    find(id)?._withUnsafeGuaranteedRef {
      let stream = unsafeDowncast($0, to: ClientStream.self)
      let list = stream.state.isAnnounced ? stream.trailers : stream.headers
      // An interim response may have filled it.
      list.reset()
      collectFields(of: stream, into: list)
    }
    return verdict
  }

  override func headersReceived(_ stream: SessionStream, isRequest: Bool, endStream: Bool) {
    let stream = unsafeDowncast(stream, to: ClientStream.self)
    if stream.state.isAnnounced {
      if endStream { delegate.session(self, end: stream) }
    } else if stream.headers.status >= 200 {
      stream.state.isAnnounced = true
      delegate.session(self, headers: stream, endStream: endStream)
    }
  }

  override func dataReceived(_ stream: SessionStream, _ bytes: UnsafeRawBufferPointer) {
    delegate.session(self, data: bytes, on: unsafeDowncast(stream, to: ClientStream.self))
  }

  override func endReceived(_ stream: SessionStream) {
    delegate.session(self, end: unsafeDowncast(stream, to: ClientStream.self))
  }

  override func becameWritable(_ stream: SessionStream) {
    delegate.session(self, writable: unsafeDowncast(stream, to: ClientStream.self))
  }

  override func closed(_ stream: SessionStream, _ code: ErrorCode) {
    let stream = unsafeDowncast(stream, to: ClientStream.self)
    delegate.session(self, closed: stream, code)
    stream.call = nil
  }

  override func pingAckReceived(_ opaque: UInt64) {
    delegate.session(self, receivedPingAck: opaque)
  }

  override func goawayReceived(_ code: ErrorCode) {
    delegate.session(self, receivedGoaway: code)
  }

  override func lastOctetRead(_ stream: SessionStream) -> UInt32 {
    stream.state.sending = .ended
    return LibraryCode.endOfData
  }

  /// A request that the peer's GOAWAY forbids was never a stream to the library.
  override func headersNotProduced(_ id: Int32) {
    if let stream = state.open.first(id) { close(stream, .refusedStream) }
  }
}

// MARK: - Requests

extension ClientSession {
  /// Sends a request's HEADERS; with `endStream` it has no body.
  /// - Returns: its stream, or nil when the connection takes no more.
  package func request(_ headers: HeaderBlock, endStream: Bool = false) -> ClientStream? {
    guard state.failure == nil else { return nil }
    let stream = pool.take(ClientStream.self)
    stream.state.sentHeaders = headers
    stream.state.sending = endStream ? .ended : .body
    let context = Unmanaged.passUnretained(stream).toOpaque()
    let id: Int32
    if endStream {
      id = nghttp2_submit_request(raw, nil, headers.fields, headers.count, nil, context)
    } else {
      var provider = provider(for: stream)
      id = nghttp2_submit_request(raw, nil, headers.fields, headers.count, &provider, context)
    }
    guard id > 0 else {
      note(id)
      return nil
    }
    adopt(stream, id: id)
    return stream
  }

  /// Ends the request with the last queued octet.
  package func finish(_ stream: ClientStream) {
    guard isOpen(stream), stream.state.sending == .body else { return }
    stream.state.sending = .finishing
    resume(stream)
  }
}
