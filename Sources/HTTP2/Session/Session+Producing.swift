internal import CNghttp2

// What the callbacks of `produce` do.

extension Session {
  /// Says how many octets, at most `lengthMax`, the next DATA frame carries.
  final func read(
    _ stream: SessionStream, _ lengthMax: Int, _ flags: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let queued = stream.state.outgoing.count
    if queued == 0 { return readNothing(stream, flags) }
    let length = min(queued, lengthMax)
    flags.pointee |= LibraryCode.noCopy
    if length == queued, stream.state.sending == .finishing {
      flags.pointee |= lastOctetRead(stream)
    }
    return length
  }

  private final func readNothing(
    _ stream: SessionStream, _ flags: UnsafeMutablePointer<UInt32>
  ) -> Int {
    switch stream.state.sending {
    case .idle, .body:
      stream.state.isDeferred = true
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
    guard let output = state.output else { return LibraryCode.callbackFailure }
    output.pointee.append(UnsafeRawBufferPointer(start: header, count: 9))
    stream.state.outgoing.move(length, to: &output.pointee)
    state.queuedByteCount &-= length
    stream.state.producedByteCount &+= length
    state.producedByteCount &+= length
    state.ledger.dataSent()
    if stream.isWriteBlocked, stream.state.outgoing.count < limits.writeLowWater {
      stream.state.isWriteBlocked = false
      becameWritable(stream)
    }
    if state.failure != nil { return LibraryCode.callbackFailure }
    return output.pointee.count < state.outputMax ? 0 : LibraryCode.pause
  }

  final func produced(_ header: nghttp2_frame_hd) -> CInt {
    if header.type == FrameType.headers { state.ledger.headersSent() }
    switch header.type {
    case FrameType.headers where header.flags & FrameFlag.endStream != 0,
      FrameType.data where header.flags & FrameFlag.endStream != 0:
      find(header.stream_id)?._withUnsafeGuaranteedRef { endProduced($0) }
    case FrameType.resetStream:
      state.resetIDs.insert(header.stream_id)
      state.ledger.resetSent()
      let sending = find(header.stream_id)?._withUnsafeGuaranteedRef { $0.state.sending }
      if sending != .reset { return record(.resetProvoked) }
    case FrameType.goaway:
      if let opaque = state.noticePing.take() { submitPing(opaque) }
    default: break
    }
    return verdict
  }

  final func notProduced(_ header: nghttp2_frame_hd) -> CInt {
    if header.type == FrameType.headers { headersNotProduced(header.stream_id) }
    return verdict
  }
}
