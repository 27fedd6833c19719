internal import CNghttp2

// Every verb ignores a stream that is closed, or further on than the verb expects: a handler
// learns of the end by `closed`, and may speak once more before it does.

extension ServerSession {
  /// Sends the initial HEADERS; DATA and trailers follow by `write` and `finish`.
  package func respond(_ stream: ServerStream, _ headers: HeaderBlock) {
    guard isOpen(stream), stream.sending == .idle else { return }
    stream.sending = .body
    stream.initialHeaders = headers
    var provider = nghttp2_data_provider(
      source: nghttp2_data_source(ptr: Unmanaged.passUnretained(stream).toOpaque()),
      read_callback: serverReadCallback)
    note(nghttp2_submit_response(raw, stream.id, headers.fields, headers.count, &provider))
  }

  /// Sends HEADERS with END_STREAM, gRPC's trailers-only; if the peer has not finished, RST_STREAM
  /// NO_ERROR follows once they are produced (RFC 9113 §8.1).
  package func respondOnly(_ stream: ServerStream, _ headers: HeaderBlock) {
    guard isOpen(stream), stream.sending == .idle else { return }
    stream.sending = .trailersSubmitted
    stream.initialHeaders = headers
    note(nghttp2_submit_response(raw, stream.id, headers.fields, headers.count, nil))
  }

  /// Queues octets of DATA, copied; after `respond`.
  package func write(_ stream: ServerStream, _ bytes: UnsafeRawBufferPointer) {
    guard isOpen(stream), stream.sending == .body else { return }
    stream.outgoing.append(bytes)
    queued(on: stream)
  }

  /// Queues octets of DATA; an array of 4 KiB and more is kept, not copied. After `respond`.
  package func write(_ stream: ServerStream, _ bytes: [UInt8]) {
    guard isOpen(stream), stream.sending == .body else { return }
    stream.outgoing.append(bytes)
    queued(on: stream)
  }

  /// Ends the response: trailers with END_STREAM after the last queued octet, and RST_STREAM
  /// NO_ERROR after them if the peer has not finished. After `respond`.
  package func finish(_ stream: ServerStream, trailers: HeaderBlock) {
    guard isOpen(stream), stream.sending == .body else { return }
    stream.trailers = trailers
    stream.sending = .finishing
    // HEADERS overtake DATA in the library: with octets still queued the read callback submits
    // them. Without, they must not wait for a window that no DATA needs.
    if stream.outgoing.count == 0 { submitTrailers(stream) }
  }

  /// Sends RST_STREAM and drops what is queued.
  package func reset(_ stream: ServerStream, _ code: ErrorCode) {
    guard isOpen(stream), stream.sending != .reset else { return }
    stream.sending = .reset
    stream.outgoing.removeAll()
    note(nghttp2_submit_rst_stream(raw, flagNone, stream.id, code.rawValue))
  }

  /// Gives back `byteCount` octets of received DATA: the peer may send as many more.
  package func consume(_ stream: ServerStream, byteCount: Int) {
    let consumed = min(byteCount, stream.unconsumedByteCount)
    guard isOpen(stream), consumed > 0 else { return }
    stream.unconsumedByteCount &-= consumed
    grantConnection(credit.consumed(consumed))
    if !stream.isRemoteClosed {
      note(nghttp2_session_consume_stream(raw, stream.id, consumed))
    }
  }

  /// First GOAWAY of a graceful end: no stream is refused yet (RFC 9113 §6.8).
  package func submitShutdownNotice() {
    if failure == nil { note(nghttp2_submit_shutdown_notice(raw)) }
  }

  /// Final GOAWAY with the last stream we serve: open streams finish, new ones are ignored, and
  /// the session is finished once all have closed.
  package func submitGoaway(_ code: ErrorCode, debug: String = "") {
    guard failure == nil else { return }
    let last = nghttp2_session_get_last_proc_stream_id(raw)
    var debug = debug
    let result = debug.withUTF8 {
      nghttp2_submit_goaway(raw, flagNone, last, code.rawValue, $0.baseAddress, $0.count)
    }
    note(result)
  }

  /// Sends PING with our octets; `receivedPingAck` brings them back.
  package func submitPing(_ opaque: UInt64) {
    guard failure == nil else { return }
    var opaque = opaque.bigEndian
    let result = withUnsafePointer(to: &opaque) {
      $0.withMemoryRebound(to: UInt8.self, capacity: 8) { nghttp2_submit_ping(raw, flagNone, $0) }
    }
    note(result)
  }
}

// MARK: - Inside

extension ServerSession {
  private func isOpen(_ stream: ServerStream) -> Bool {
    !stream.isClosed && failure == nil
  }

  private func queued(on stream: ServerStream) {
    if stream.outgoing.count >= limits.writeHighWater { stream.isWriteBlocked = true }
    if stream.isDeferred, stream.outgoing.count > 0 {
      stream.isDeferred = false
      note(nghttp2_session_resume_data(raw, stream.id))
    }
  }

  func submitTrailers(_ stream: ServerStream) {
    guard let trailers = stream.trailers else { return }
    stream.sending = .trailersSubmitted
    note(nghttp2_submit_trailer(raw, stream.id, trailers.fields, trailers.count))
  }

  func grantConnection(_ byteCount: Int) {
    if byteCount > 0, failure == nil { note(nghttp2_session_consume_connection(raw, byteCount)) }
  }

  /// Keeps a fatal code of the library for the next `receive` or `produce`; others mean that
  /// the stream is gone or not to be resumed, of which the delegate hears by itself.
  func note(_ result: CInt) {
    if result < 0, nghttp2_is_fatal(result) != 0, failure == nil {
      failure = SessionError(libraryCode: Int(result))
    }
  }
}
