internal import CNghttp2

// What the callbacks of `receive` do. They return 0, or a `LibraryCode`.

extension Session {
  final func beginFrame(_ header: nghttp2_frame_hd) -> CInt {
    switch header.type {
    case FrameType.data: return beginData(header)
    case FrameType.pushPromise, FrameType.continuation: return 0
    case FrameType.headers: return beginHeadersFrame(header.stream_id)
    case FrameType.priority:
      // RFC 9113 §6.3.
      return header.stream_id == 0 ? end(.protocolViolation) : record(.priority)
    case FrameType.priorityUpdate: return record(.priority)
    case FrameType.windowUpdate: return record(.windowUpdate)
    case FrameType.resetStream: return record(.resetReceived)
    case FrameType.goaway: return record(.goaway)
    case FrameType.ping: return header.flags & FrameFlag.ack == 0 ? record(.ping) : 0
    case FrameType.settings: return header.flags & FrameFlag.ack == 0 ? record(.settings) : 0
    default: return record(.unknownFrame)
    }
  }

  /// Of padding the library tells only when the frame is whole, and only on open streams.
  private final func beginData(_ header: nghttp2_frame_hd) -> CInt {
    if header.length > 0 {
      if header.flags & FrameFlag.padded == 0 { state.ledger.dataReceived() }
      return 0
    }
    state.emptyDataSeen &+= 1
    if header.flags & FrameFlag.endStream == 0 { return record(.emptyData) }
    state.ledger.dataReceived()
    return 0
  }

  /// Judges the empty DATA frames that the library has skipped.
  final func judgeSkippedData() {
    while state.emptyDataSeen < state.walk.emptyDataCount, state.failure == nil {
      state.emptyDataSeen &+= 1
      _ = record(.frameAfterEnd)
    }
  }

  /// The library forgets closed streams, and would ignore HEADERS on one (RFC 9113 §5.1). After
  /// GOAWAY it ignores new ones.
  private final func beginHeadersFrame(_ id: Int32) -> CInt {
    if id > state.lastStreamID {
      return state.isGoawaySubmitted ? record(.frameAfterEnd) : 0
    }
    guard id & 1 == 1, nghttp2_session_find_stream(raw, id) == nil else {
      return 0
    }
    return state.resetIDs.contains(id) ? record(.frameAfterEnd) : end(.streamClosed)
  }

  final func field(
    _ name: UnsafePointer<UInt8>, _ nameCount: Int, _ value: UnsafePointer<UInt8>,
    _ valueCount: Int
  ) -> CInt {
    guard let target = state.fieldTarget, let stream = state.fieldStream else { return 0 }
    return target._withUnsafeGuaranteedRef { list in
      list.charge(nameCount: nameCount, valueCount: valueCount)
      if list.byteSize <= limits.headerListMax,
        list.receivedFieldCount <= limits.headerFieldCountMax
      {
        list.append(name, nameCount, value, valueCount)
        return 0
      }
      return stream._withUnsafeGuaranteedRef { fieldOverLimit(list, of: $0) }
    }
  }

  /// A field that is no token or has forbidden octets makes its message malformed: the library
  /// would drop it and go on, and resets the stream when told to (RFC 9113 §8.1.1, 8.2.1).
  final func invalidField(_ nameCount: Int, _ valueCount: Int) -> CInt {
    if let target = state.fieldTarget, let stream = state.fieldStream {
      let code = target._withUnsafeGuaranteedRef { list in
        list.charge(nameCount: nameCount, valueCount: valueCount)
        return list.byteSize > limits.headerListMax
          || list.receivedFieldCount > limits.headerFieldCountMax
          ? stream._withUnsafeGuaranteedRef { fieldOverLimit(list, of: $0) } : 0
      }
      if code != 0 { return code }
    }
    let code = record(.invalidHeader)
    return code == 0 ? LibraryCode.temporalCallbackFailure : code
  }

  private final func fieldOverLimit(_ list: HeaderList, of stream: SessionStream) -> CInt {
    if list.byteSize > limits.headerListConnectionMax { return end(.headerListTooLarge) }
    // Trailers are not answered: the stream ends.
    if stream.state.isAnnounced { return LibraryCode.temporalCallbackFailure }
    if stream.headerListOverLimit { return 0 }
    stream.state.headerListOverLimit = true
    return record(.headerListOverLimit)
  }

  final func data(_ id: Int32, _ bytes: UnsafeRawBufferPointer) -> CInt {
    guard let stream = find(id) else {
      grantConnection(bytes.count)
      return verdict
    }
    grantConnection(state.credit.delivered(bytes.count))
    stream._withUnsafeGuaranteedRef {
      $0.state.unconsumedByteCount &+= bytes.count
      $0.state.connectionHeldByteCount &+= bytes.count
      $0.state.receivedByteCount &+= bytes.count
      dataReceived($0, bytes)
    }
    return verdict
  }

  final func received(_ frame: UnsafePointer<nghttp2_frame>) -> CInt {
    let header = frame.pointee.hd
    let endStream = header.flags & FrameFlag.endStream != 0
    switch header.type {
    case FrameType.headers:
      endFields()
      let isRequest = frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
      find(header.stream_id)?._withUnsafeGuaranteedRef {
        if endStream { $0.state.isRemoteClosed = true }
        headersReceived($0, isRequest: isRequest, endStream: endStream)
      }
    case FrameType.data:
      if header.flags & FrameFlag.padded != 0 {
        if !endStream, header.length <= frame.pointee.data.padlen { return record(.emptyData) }
        state.ledger.dataReceived()
      }
      guard endStream else { return verdict }
      find(header.stream_id)?._withUnsafeGuaranteedRef {
        $0.state.isRemoteClosed = true
        endReceived($0)
      }
    case FrameType.settings where header.flags & FrameFlag.ack != 0:
      state.isSettingsAcknowledged = true
    case FrameType.ping where header.flags & FrameFlag.ack != 0:
      guard state.pingsOutstanding > 0 else { return record(.ping) }
      state.pingsOutstanding &-= 1
      pingAckReceived(opaque(frame.pointee.ping))
    case FrameType.goaway:
      state.isGoawayReceived = true
      goawayReceived(ErrorCode(rawValue: frame.pointee.goaway.error_code))
    default: break
    }
    return verdict
  }

  private final func opaque(_ ping: nghttp2_ping) -> UInt64 {
    withUnsafeBytes(of: ping.opaque_data) { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
  }
}
