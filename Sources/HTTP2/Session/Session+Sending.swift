internal import CNghttp2

// Every verb ignores a stream that is closed, or further on than the verb expects: a handler
// learns of the end by `closed`, and may speak once more before it does.

extension Session {
  /// Queues octets of DATA, copied; after the initial HEADERS.
  package final func write(_ stream: SessionStream, _ bytes: UnsafeRawBufferPointer) {
    guard isOpen(stream), stream.state.sending == .body else { return }
    stream.state.outgoing.append(bytes)
    queued(bytes.count, on: stream)
  }

  /// Queues octets of DATA; an array of 4 KiB and more is kept, not copied. After the initial
  /// HEADERS.
  package final func write(_ stream: SessionStream, _ bytes: [UInt8]) {
    guard isOpen(stream), stream.state.sending == .body else { return }
    stream.state.outgoing.append(bytes)
    queued(bytes.count, on: stream)
  }

  /// Sends RST_STREAM and drops what is queued.
  package final func reset(_ stream: SessionStream, _ code: ErrorCode) {
    guard isOpen(stream), stream.state.sending != .reset else { return }
    stream.state.sending = .reset
    state.queuedByteCount &-= stream.state.outgoing.count
    stream.state.outgoing.removeAll()
    note(nghttp2_submit_rst_stream(raw, LibraryCode.noFlags, stream.id, code.rawValue))
  }

  /// Gives back `byteCount` octets of received DATA: the peer may send as many more.
  package final func consume(_ stream: SessionStream, byteCount: Int) {
    let consumed = min(byteCount, stream.state.unconsumedByteCount)
    guard isOpen(stream), consumed > 0 else { return }
    stream.state.unconsumedByteCount &-= consumed
    releaseConnection(stream, keeping: stream.state.unconsumedByteCount)
    if !stream.isRemoteClosed { note(nghttp2_session_consume_stream(raw, stream.id, consumed)) }
  }

  /// Gives the connection's credit back for all that the stream holds, and keeps the stream's own:
  /// for what waits its turn, so that it does not stop the others. At most a window a stream.
  package final func consumeConnection(_ stream: SessionStream) {
    guard isOpen(stream) else { return }
    releaseConnection(stream, keeping: 0)
  }

  /// Final GOAWAY with the last stream we serve: open streams finish, new ones are ignored, and
  /// the session is finished once all have closed (RFC 9113 §6.8).
  package final func submitGoaway(_ code: ErrorCode, debug: String = "") {
    guard state.failure == nil else { return }
    state.isGoawaySubmitted = true
    let last = nghttp2_session_get_last_proc_stream_id(raw)
    var debug = debug
    let result = debug.withUTF8 {
      nghttp2_submit_goaway(
        raw, LibraryCode.noFlags, last, code.rawValue, $0.baseAddress, $0.count)
    }
    note(result)
  }

  /// Sends PING with our octets; the delegate's `receivedPingAck` brings them back.
  package final func submitPing(_ opaque: UInt64) {
    guard state.failure == nil else { return }
    state.pingsOutstanding &+= 1
    var opaque = opaque.bigEndian
    let result = withUnsafePointer(to: &opaque) {
      $0.withMemoryRebound(to: UInt8.self, capacity: 8) {
        nghttp2_submit_ping(raw, LibraryCode.noFlags, $0)
      }
    }
    note(result)
  }
}

// MARK: - Inside

extension Session {
  final func isOpen(_ stream: SessionStream) -> Bool {
    !stream.isClosed && state.failure == nil
  }

  private final func queued(_ byteCount: Int, on stream: SessionStream) {
    state.queuedByteCount &+= byteCount
    if stream.state.outgoing.count >= limits.writeHighWater { stream.state.isWriteBlocked = true }
    if stream.state.outgoing.count > 0 { resume(stream) }
  }

  final func resume(_ stream: SessionStream) {
    guard stream.state.isDeferred else { return }
    stream.state.isDeferred = false
    note(nghttp2_session_resume_data(raw, stream.id))
  }

  /// Gives back the connection's credit for all but `kept` octets that the stream holds.
  final func releaseConnection(_ stream: SessionStream, keeping kept: Int) {
    let released = stream.state.connectionHeldByteCount - kept
    guard released > 0 else { return }
    stream.state.connectionHeldByteCount = kept
    grantConnection(state.credit.consumed(released))
  }

  final func grantConnection(_ byteCount: Int) {
    guard byteCount > 0, state.failure == nil else { return }
    note(nghttp2_session_consume_connection(raw, byteCount))
  }

  /// Keeps a fatal code of the library; others mean that the stream is gone or not to be
  /// resumed, of which the delegate hears by itself.
  final func note(_ result: CInt) {
    if result < 0, nghttp2_is_fatal(result) != 0, state.failure == nil {
      state.failure = SessionError(libraryCode: Int(result))
    }
  }

  /// The data provider of a stream, for its whole life.
  final func provider(for stream: SessionStream) -> nghttp2_data_provider {
    nghttp2_data_provider(
      source: nghttp2_data_source(ptr: Unmanaged.passUnretained(stream).toOpaque()),
      read_callback: readCallback)
  }
}
