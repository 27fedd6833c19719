internal import CNghttp2

// What the callbacks do. A returned code goes to the library: 0, or NGHTTP2_ERR_CALLBACK_FAILURE
// once `failure` says why, or NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE to reset the stream.

extension ServerSession {
  func stream(_ id: Int32) -> ServerStream? {
    guard let pointer = nghttp2_session_get_stream_user_data(raw, id) else { return nil }
    return Unmanaged<ServerStream>.fromOpaque(pointer).takeUnretainedValue()
  }

  func beginFrame(_ header: nghttp2_frame_hd) -> CInt {
    switch header.type {
    case FrameType.headers:
      // Without closed streams the library does not see HEADERS on one (RFC 9113 §5.1).
      if header.stream_id <= lastStreamID, header.stream_id & 1 == 1,
        nghttp2_session_find_stream(raw, header.stream_id) == nil
      {
        return resetIDs.contains(header.stream_id) ? record(.frameAfterReset) : end(.streamClosed)
      }
      return 0
    case FrameType.data: return 0
    case FrameType.priority:
      // RFC 9113 §6.3.
      if header.stream_id == 0 { return end(.protocolViolation) }
      return record(.priority)
    case FrameType.priorityUpdate: return record(.priority)
    case FrameType.windowUpdate: return record(.windowUpdate)
    case FrameType.resetStream: return record(.resetReceived)
    case FrameType.ping: return header.flags & FrameFlag.ack == 0 ? record(.ping) : 0
    case FrameType.settings: return header.flags & FrameFlag.ack == 0 ? record(.settings) : 0
    case FrameType.goaway, FrameType.pushPromise, FrameType.continuation: return 0
    default: return record(.unknownFrame)
    }
  }

  func beginHeaders(_ id: Int32) -> CInt {
    let stream = pool.take()
    stream.id = id
    stream.index = open.count
    open.append(stream)
    lastStreamID = id
    nghttp2_session_set_stream_user_data(raw, id, Unmanaged.passUnretained(stream).toOpaque())
    // All alike and round robin, whatever the peer asks: by default the library serves one
    // stream to its end before the next (RFC 9218 §4).
    var priority = nghttp2_extpri(urgency: 3, inc: 1)
    nghttp2_session_change_extpri_stream_priority(raw, id, &priority, 1)
    return record(.streamOpened)
  }

  func header(
    _ id: Int32, isTrailer: Bool, _ name: UnsafePointer<UInt8>, _ nameCount: Int,
    _ value: UnsafePointer<UInt8>, _ valueCount: Int
  ) -> CInt {
    guard let stream = stream(id) else { return 0 }
    let headers = stream.headers
    headers.charge(nameCount: nameCount, valueCount: valueCount)
    if headers.byteSize > limits.headerListConnectionMax { return end(.headerListTooLarge) }
    if headers.byteSize > limits.headerListMax
      || headers.receivedFieldCount > limits.headerFieldCountMax
    {
      if isTrailer { return CInt(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue) }
      if stream.headerListOverLimit { return 0 }
      stream.headerListOverLimit = true
      return record(.headerListOverLimit)
    }
    if !isTrailer { headers.append(name: name, nameCount, value: value, valueCount) }
    return 0
  }

  func data(_ id: Int32, _ bytes: UnsafeRawBufferPointer) -> CInt {
    guard let stream = stream(id) else {
      grantConnection(bytes.count)
      return 0
    }
    stream.unconsumedByteCount &+= bytes.count
    grantConnection(credit.delivered(bytes.count))
    delegate.session(self, data: bytes, on: stream)
    return failure == nil ? 0 : callbackFailure
  }

  func received(_ frame: UnsafePointer<nghttp2_frame>) -> CInt {
    let header = frame.pointee.hd
    let endStream = header.flags & FrameFlag.endStream != 0
    switch header.type {
    case FrameType.headers:
      guard let stream = stream(header.stream_id) else { return 0 }
      if endStream { stream.isRemoteClosed = true }
      if frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
        stream.isAnnounced = true
        delegate.session(self, headers: stream, endStream: endStream)
      } else if endStream {
        delegate.session(self, end: stream)
      }
    case FrameType.data:
      if endStream, let stream = stream(header.stream_id) {
        stream.isRemoteClosed = true
        delegate.session(self, end: stream)
      } else if header.length == 0 {
        return record(.emptyData)
      }
    case FrameType.settings where header.flags & FrameFlag.ack != 0:
      isSettingsAcknowledged = true
    case FrameType.ping where header.flags & FrameFlag.ack != 0:
      delegate.session(self, receivedPingAck: opaque(frame.pointee.ping))
    case FrameType.goaway:
      delegate.session(
        self, receivedGoaway: ErrorCode(rawValue: frame.pointee.goaway.error_code))
    default: break
    }
    return failure == nil ? 0 : callbackFailure
  }

  func close(_ stream: ServerStream, _ code: ErrorCode) {
    if let last = open.popLast(), last !== stream {
      last.index = stream.index
      open[stream.index] = last
    }
    stream.isClosed = true
    stream.outgoing.removeAll()
    if stream.unconsumedByteCount > 0 {
      grantConnection(credit.consumed(stream.unconsumedByteCount))
      stream.unconsumedByteCount = 0
    }
    if stream.isAnnounced { delegate.session(self, closed: stream, code) }
    stream.call = nil
    pool.put(stream)
  }

  func record(_ vector: AbuseVector) -> CInt {
    ledger.record(vector) == .tolerate ? 0 : end(.abuse(vector))
  }

  /// Notes why the connection ends; the library then returns from `receive` or `produce`.
  func end(_ error: SessionError) -> CInt {
    if failure == nil { failure = error }
    return callbackFailure
  }

  private func opaque(_ ping: nghttp2_ping) -> UInt64 {
    withUnsafeBytes(of: ping.opaque_data) { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
  }
}
