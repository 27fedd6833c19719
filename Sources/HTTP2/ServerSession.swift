internal import CNghttp2

/// The server's side of one HTTP/2 connection, without I/O: octets in by `receive`, octets out
/// by `produce`. Confined to one thread. Flow control is manual: credit is granted as the layer
/// above consumes (RFC 9113 §5.2).
package final class ServerSession {
  package let limits: SessionLimits
  /// What the peer did, counted.
  package internal(set) var ledger = AbuseLedger()
  /// The highest stream id that a request came on.
  package internal(set) var lastStreamID: Int32 = 0
  /// The peer has acknowledged our SETTINGS (RFC 9113 §6.5.3).
  package internal(set) var isSettingsAcknowledged = false
  /// Why the session failed, if it did.
  package internal(set) var failure: SessionError?

  unowned(unsafe) let delegate: any ServerSessionDelegate
  let raw: OpaquePointer
  let pool: StreamPool
  var open: [ServerStream] = []
  var credit: ReceiveCredit
  var resetIDs = RecentIDs()
  var output: UnsafeMutablePointer<OutputBuffer>?
  private var isInside = false
  private var isGoawayProduced = false

  /// Queues our SETTINGS and the connection's window.
  /// - Parameter delegate: not retained; it must outlive the session's last verb.
  /// - Throws: `library` when memory is short.
  package init(
    limits: SessionLimits = SessionLimits(), pool: StreamPool = StreamPool(countMax: 16),
    delegate: any ServerSessionDelegate
  ) throws(SessionError) {
    self.limits = limits
    self.pool = pool
    self.delegate = delegate
    credit = ReceiveCredit(bufferMax: limits.connectionBufferMax)
    raw = try makeServerSession(limits)
    nghttp2_session_set_user_data(raw, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    nghttp2_session_del(raw)
  }

  /// Reads octets as they came from the peer, split anywhere; the delegate hears of them inside.
  /// - Throws: why the connection must end; `produce` then yields the GOAWAY. Every open stream
  ///   has been closed by then.
  package func receive(_ bytes: UnsafeRawBufferPointer) throws(SessionError) {
    guard failure == nil else { throw .finished }
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    precondition(!isInside, "receive inside a delegate call")
    isInside = true
    let result = nghttp2_session_mem_recv(
      raw, start.assumingMemoryBound(to: UInt8.self), bytes.count)
    isInside = false
    if result < 0 { throw fail(result) }
    if let failure { throw failure }
  }

  /// Appends frames to `output` until it holds at least `byteCountMax` octets or nothing is
  /// ready; a frame is never split, so it may end up 16 KiB past it.
  /// - Returns: whether more is ready now.
  package func produce(
    into output: inout OutputBuffer, upTo byteCountMax: Int
  ) throws(SessionError) -> Bool {
    if failure != nil {
      produceGoaway(into: &output)
      return false
    }
    precondition(!isInside, "produce inside a delegate call")
    isInside = true
    let result = withUnsafeMutablePointer(to: &output) { drain(into: $0, upTo: byteCountMax) }
    isInside = false
    if result < 0 {
      let error = fail(result)
      produceGoaway(into: &output)
      throw error
    }
    return result > 0
  }

  /// Negative: the library's error. Positive: more is ready.
  private func drain(into output: UnsafeMutablePointer<OutputBuffer>, upTo byteCountMax: Int) -> Int {
    self.output = output
    defer { self.output = nil }
    while output.pointee.count < byteCountMax {
      var data: UnsafePointer<UInt8>?
      let count = nghttp2_session_mem_send(raw, &data)
      if count <= 0 { return count }
      output.pointee.append(UnsafeRawBufferPointer(start: data, count: count))
    }
    return nghttp2_session_want_write(raw) == 0 ? 0 : 1
  }
}

// MARK: - State

extension ServerSession {
  /// Nothing the peer could send matters any more when false.
  package var wantsRead: Bool { failure == nil && nghttp2_session_want_read(raw) != 0 }
  /// `produce` may have octets.
  package var wantsWrite: Bool {
    failure == nil ? nghttp2_session_want_write(raw) != 0 : !isGoawayProduced
  }
  /// Close the connection once all output is written.
  package var isFinished: Bool { !wantsRead && !wantsWrite }
  /// Streams whose request headers have begun and that have not closed.
  package var streamCount: Int { open.count }
  /// Octets delivered to the delegate and not yet consumed.
  package var bufferedByteCount: Int { credit.buffered }
  /// Frames that wait to be produced: stop reading from a peer past 1,000.
  package var queuedFrameCount: Int { Int(nghttp2_session_get_outbound_queue_size(raw)) }
  /// The peer's SETTINGS_MAX_HEADER_LIST_SIZE, in octets; `Int.max` when it named none.
  package var peerHeaderListMax: Int {
    let value = nghttp2_session_get_remote_settings(raw, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE)
    return value == UInt32.max ? Int.max : Int(value)
  }

  /// Ends the session because the peer is gone: every open stream is told `code`.
  package func abandon(_ code: ErrorCode = .cancel) {
    precondition(!isInside, "abandon inside a delegate call")
    if failure == nil { failure = .finished }
    isGoawayProduced = true
    closeAll(code)
  }

  /// Turns a fatal code of the library, or the failure a callback noted, into the session's end.
  private func fail(_ code: Int) -> SessionError {
    let error = failure ?? SessionError(libraryCode: code)
    failure = error
    closeAll(error.code)
    return error
  }

  private func closeAll(_ code: ErrorCode) {
    while let stream = open.last { close(stream, code) }
  }

  /// The library is not to be asked after a fatal error: the frame is written by hand
  /// (RFC 9113 §6.8).
  private func produceGoaway(into output: inout OutputBuffer) {
    guard !isGoawayProduced, let failure else { return }
    isGoawayProduced = true
    var frame: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0]
    for value in [UInt32(bitPattern: lastStreamID), failure.code.rawValue] {
      for shift in [24, 16, 8, 0] { frame.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    }
    output.append(frame)
  }
}
