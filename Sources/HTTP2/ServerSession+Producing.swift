internal import CNghttp2

// What the callbacks of `produce` do.

extension ServerSession {
  /// Says how many of at most `lengthMax` octets the next DATA frame carries.
  func read(_ stream: ServerStream, _ lengthMax: Int, _ flags: UnsafeMutablePointer<UInt32>) -> Int {
    let queued = stream.outgoing.count
    if queued == 0 {
      if stream.sending == .body {
        stream.isDeferred = true
        return Int(NGHTTP2_ERR_DEFERRED.rawValue)
      }
      // The trailers are on their way: no DATA frame at all.
      flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
      return 0
    }
    let length = min(queued, lengthMax)
    flags.pointee |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
    if length == queued, stream.sending == .finishing {
      flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
      submitTrailers(stream)
    }
    return length
  }

  /// Writes a DATA frame of `length` octets, as `read` announced it.
  func send(_ stream: ServerStream, _ header: UnsafePointer<UInt8>, _ length: Int) -> CInt {
    guard let output else { return callbackFailure }
    output.pointee.append(UnsafeRawBufferPointer(start: header, count: 9))
    stream.outgoing.move(length, to: &output.pointee)
    if stream.isWriteBlocked, stream.outgoing.count < limits.writeLowWater {
      stream.isWriteBlocked = false
      delegate.session(self, writable: stream)
    }
    return failure == nil ? 0 : callbackFailure
  }

  func sent(_ header: nghttp2_frame_hd) -> CInt {
    switch header.type {
    case FrameType.headers where header.flags & FrameFlag.endStream != 0:
      // RST_STREAM cancels queued trailers, so it follows them only now (RFC 9113 §8.1).
      guard let stream = stream(header.stream_id), !stream.isRemoteClosed else { return 0 }
      stream.sending = .reset
      note(
        nghttp2_submit_rst_stream(
          raw, flagNone, stream.id, ErrorCode.noError.rawValue))
    case FrameType.resetStream:
      resetIDs.insert(header.stream_id)
      if stream(header.stream_id)?.sending != .reset { return record(.resetProvoked) }
    default: break
    }
    return failure == nil ? 0 : callbackFailure
  }

  /// A header block past 64 KiB is dropped by the library, and the peer would wait for ever.
  func notSent(_ header: nghttp2_frame_hd) {
    guard header.type == FrameType.headers, let stream = stream(header.stream_id) else { return }
    reset(stream, .internalError)
  }
}
