internal import CNghttp2

// The only place where the library calls us. Captureless closures; the session is borrowed,
// never retained.

private func session(_ pointer: UnsafeMutableRawPointer?) -> Unmanaged<Session>? {
  pointer.map { Unmanaged<Session>.fromOpaque($0) }
}

/// The callbacks of all sessions, built once and never freed.
// Safety: written only while it is built; the library reads it.
nonisolated(unsafe) let sessionCallbacks: OpaquePointer? = {
  var table: OpaquePointer?
  guard nghttp2_session_callbacks_new(&table) == 0, let table else { return nil }
  setHeaderCallbacks(table)
  setFrameCallbacks(table)
  setSendingCallbacks(table)
  return table
}()

private func setHeaderCallbacks(_ table: OpaquePointer) {
  nghttp2_session_callbacks_set_on_begin_headers_callback(table) { _, frame, user in
    guard let frame, let session = session(user) else { return LibraryCode.callbackFailure }
    let isRequest = frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
    return session._withUnsafeGuaranteedRef {
      $0.beginHeaders(frame.pointee.hd.stream_id, isRequest: isRequest)
    }
  }
  nghttp2_session_callbacks_set_on_header_callback(table) {
    _, _, name, nameCount, value, valueCount, _, user in
    guard let name, let value, let session = session(user) else {
      return LibraryCode.callbackFailure
    }
    return session._withUnsafeGuaranteedRef { $0.field(name, nameCount, value, valueCount) }
  }
  nghttp2_session_callbacks_set_on_invalid_header_callback(table) {
    _, _, _, nameCount, _, valueCount, _, user in
    guard let session = session(user) else { return LibraryCode.callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.invalidField(nameCount, valueCount) }
  }
}

private func setFrameCallbacks(_ table: OpaquePointer) {
  nghttp2_session_callbacks_set_on_begin_frame_callback(table) { _, header, user in
    guard let header, let session = session(user) else { return LibraryCode.callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.beginFrame(header.pointee) }
  }
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) {
    _, _, id, bytes, count, user in
    guard let session = session(user) else { return LibraryCode.callbackFailure }
    return session._withUnsafeGuaranteedRef {
      $0.data(id, UnsafeRawBufferPointer(start: bytes, count: count))
    }
  }
  nghttp2_session_callbacks_set_on_frame_recv_callback(table) { _, frame, user in
    guard let frame, let session = session(user) else { return LibraryCode.callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.received(frame) }
  }
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table) { _, _, _, user in
    guard let session = session(user) else { return LibraryCode.callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.record(.invalidFrame) }
  }
  nghttp2_session_callbacks_set_unpack_extension_callback(table) { _, _, _, _ in
    LibraryCode.cancel
  }
  nghttp2_session_callbacks_set_on_stream_close_callback(table) { _, id, code, user in
    guard let session = session(user) else { return LibraryCode.callbackFailure }
    return session._withUnsafeGuaranteedRef { session in
      session.find(id)?._withUnsafeGuaranteedRef {
        session.close($0, ErrorCode(rawValue: code))
      }
      return session.verdict
    }
  }
}

private func setSendingCallbacks(_ table: OpaquePointer) {
  nghttp2_session_callbacks_set_send_data_callback(table) {
    _, _, header, length, source, user in
    guard let header, let stream = source?.pointee.ptr, let session = session(user) else {
      return LibraryCode.callbackFailure
    }
    return session._withUnsafeGuaranteedRef { session in
      Unmanaged<SessionStream>.fromOpaque(stream)._withUnsafeGuaranteedRef {
        session.send($0, header, length)
      }
    }
  }
  nghttp2_session_callbacks_set_on_frame_send_callback(table) { _, frame, user in
    guard let frame, let session = session(user) else { return LibraryCode.callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.produced(frame.pointee.hd) }
  }
  nghttp2_session_callbacks_set_on_frame_not_send_callback(table) { _, frame, _, user in
    guard let frame, let session = session(user) else { return LibraryCode.callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.notProduced(frame.pointee.hd) }
  }
}

/// `nghttp2_data_source_read_callback` of every stream.
let readCallback: nghttp2_data_source_read_callback = { _, _, _, length, flags, source, user in
  guard let flags, let stream = source?.pointee.ptr, let session = session(user) else {
    return Int(LibraryCode.callbackFailure)
  }
  return session._withUnsafeGuaranteedRef { session in
    Unmanaged<SessionStream>.fromOpaque(stream)._withUnsafeGuaranteedRef {
      session.read($0, length, flags)
    }
  }
}
