internal import CNghttp2

// What the callbacks of `produce` do.

extension Session {
  /// Says how many octets, at most `lengthMax`, the next DATA frame carries.
  final func read(
    _ stream: SessionStream, _ lengthMax: Int, _ flags: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let queued = stream.outgoing.count
    if queued == 0 { return readNothing(stream, flags) }
    let length = min(queued, lengthMax)
    flags.pointee |= LibraryCode.noCopy
    if length == queued, stream.sending == .finishing {
      flags.pointee |= lastOctetRead(stream)
    }
    return length
  }

  private final func readNothing(
    _ stream: SessionStream, _ flags: UnsafeMutablePointer<UInt32>
  ) -> Int {
    switch stream.sending {
    case .idle, .body:
      stream.isDeferred = true
      return LibraryCode.deferred
    case .finishing:
      flags.pointee |= lastOctetRead(stream)
      return 0
    case .ended, .reset:
      // Trailers or RST_STREAM are on their way: the library sends no DATA frame at all.
      flags.pointee |= LibraryCode.endOfDataBeforeTrailers
      return 0
    }
  }

  /// Writes a DATA frame of `length` octets, as `read` announced it.
  final func send(
    _ stream: SessionStream, _ header: UnsafePointer<UInt8>, _ length: Int
  ) -> CInt {
    guard let output else { return LibraryCode.callbackFailure }
    output.pointee.append(UnsafeRawBufferPointer(start: header, count: 9))
    stream.outgoing.move(length, to: &output.pointee)
    if stream.isWriteBlocked, stream.outgoing.count < limits.writeLowWater {
      stream.isWriteBlocked = false
      becameWritable(stream)
    }
    return verdict
  }

  final func produced(_ header: nghttp2_frame_hd) -> CInt {
    switch header.type {
    case FrameType.headers where header.flags & FrameFlag.endStream != 0:
      if let stream = stream(header.stream_id) { endProduced(stream) }
    case FrameType.resetStream:
      resetIDs.insert(header.stream_id)
      if stream(header.stream_id)?.sending != .reset { return record(.resetProvoked) }
    default: break
    }
    return verdict
  }

  final func notProduced(_ header: nghttp2_frame_hd) -> CInt {
    if header.type == FrameType.headers { headersNotProduced(header.stream_id) }
    return verdict
  }
}
