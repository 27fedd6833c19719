internal import CNghttp2

// The only place where the library calls us for a server. Captureless closures; the session is
// borrowed, never retained.

private func session(_ pointer: UnsafeMutableRawPointer?) -> Unmanaged<ServerSession>? {
  pointer.map { Unmanaged<ServerSession>.fromOpaque($0) }
}

/// Built once, never freed.
// Safety: written only while it is built; the library reads it.
private nonisolated(unsafe) let callbacks: OpaquePointer? = {
  var table: OpaquePointer?
  guard nghttp2_session_callbacks_new(&table) == 0, let table else { return nil }
  setReceiving(table)
  setSending(table)
  return table
}()

private func setReceiving(_ table: OpaquePointer) {
  nghttp2_session_callbacks_set_on_begin_frame_callback(table) { _, header, user in
    guard let header, let session = session(user) else { return callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.beginFrame(header.pointee) }
  }
  nghttp2_session_callbacks_set_on_begin_headers_callback(table) { _, frame, user in
    guard let frame, let session = session(user) else { return callbackFailure }
    guard frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST else { return 0 }
    return session._withUnsafeGuaranteedRef { $0.beginHeaders(frame.pointee.hd.stream_id) }
  }
  nghttp2_session_callbacks_set_on_header_callback(table) {
    _, frame, name, nameCount, value, valueCount, _, user in
    guard let frame, let name, let value, let session = session(user) else {
      return callbackFailure
    }
    let isTrailer = frame.pointee.headers.cat != NGHTTP2_HCAT_REQUEST
    return session._withUnsafeGuaranteedRef {
      $0.header(frame.pointee.hd.stream_id, isTrailer: isTrailer, name, nameCount, value, valueCount)
    }
  }
  nghttp2_session_callbacks_set_on_invalid_header_callback(table) { _, _, _, _, _, _, _, user in
    guard let session = session(user) else { return callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.record(.invalidHeader) }
  }
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) {
    _, _, id, bytes, count, user in
    guard let session = session(user) else { return callbackFailure }
    return session._withUnsafeGuaranteedRef {
      $0.data(id, UnsafeRawBufferPointer(start: bytes, count: count))
    }
  }
  nghttp2_session_callbacks_set_on_frame_recv_callback(table) { _, frame, user in
    guard let frame, let session = session(user) else { return callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.received(frame) }
  }
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table) { _, _, _, user in
    guard let session = session(user) else { return callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.record(.invalidFrame) }
  }
  nghttp2_session_callbacks_set_on_stream_close_callback(table) { _, id, code, user in
    guard let session = session(user) else { return callbackFailure }
    return session._withUnsafeGuaranteedRef {
      if let stream = $0.stream(id) { $0.close(stream, ErrorCode(rawValue: code)) }
      return $0.failure == nil ? 0 : callbackFailure
    }
  }
}

private func setSending(_ table: OpaquePointer) {
  nghttp2_session_callbacks_set_send_data_callback(table) {
    _, _, header, length, source, user in
    guard let header, let stream = source?.pointee.ptr, let session = session(user) else {
      return callbackFailure
    }
    return session._withUnsafeGuaranteedRef { session in
      Unmanaged<ServerStream>.fromOpaque(stream)._withUnsafeGuaranteedRef {
        session.send($0, header, length)
      }
    }
  }
  nghttp2_session_callbacks_set_on_frame_send_callback(table) { _, frame, user in
    guard let frame, let session = session(user) else { return callbackFailure }
    return session._withUnsafeGuaranteedRef { $0.sent(frame.pointee.hd) }
  }
  nghttp2_session_callbacks_set_on_frame_not_send_callback(table) { _, frame, _, user in
    guard let frame, let session = session(user) else { return callbackFailure }
    session._withUnsafeGuaranteedRef { $0.notSent(frame.pointee.hd) }
    return 0
  }
}

/// `nghttp2_data_source_read_callback` of every response.
let serverReadCallback: nghttp2_data_source_read_callback = {
  _, _, _, length, flags, source, user in
  guard let flags, let stream = source?.pointee.ptr, let session = session(user) else {
    return Int(callbackFailure)
  }
  return session._withUnsafeGuaranteedRef { session in
    Unmanaged<ServerStream>.fromOpaque(stream)._withUnsafeGuaranteedRef {
      session.read($0, length, flags)
    }
  }
}

/// Makes a server session with our options, its SETTINGS and its window submitted.
func makeServerSession(_ limits: SessionLimits) throws(SessionError) -> OpaquePointer {
  var option: OpaquePointer?
  var raw: OpaquePointer?
  guard let callbacks, nghttp2_option_new(&option) == 0 else { throw .library(-901) }
  defer { nghttp2_option_del(option) }
  nghttp2_option_set_no_auto_window_update(option, 1)
  nghttp2_option_set_no_closed_streams(option, 1)
  nghttp2_option_set_max_outbound_ack(option, limits.outboundAcknowledgementCountMax)
  nghttp2_option_set_max_settings(option, limits.settingsEntryCountMax)
  nghttp2_option_set_max_continuations(option, limits.continuationCountMax)
  nghttp2_option_set_max_deflate_dynamic_table_size(option, Int(limits.headerTableSize))
  nghttp2_option_set_stream_reset_rate_limit(
    option, limits.resetBurstMax, limits.resetRatePerSecond)
  let result = nghttp2_session_server_new2(&raw, callbacks, nil, option)
  guard result == 0, let raw else { throw .library(result) }
  let settings = [
    entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.concurrentStreamsMax),
    entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.streamWindowSize),
    entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(clamping: limits.headerListMax)),
    entry(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, limits.headerTableSize),
    entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
  ]
  var submitted = nghttp2_submit_settings(raw, flagNone, settings, settings.count)
  if submitted == 0 {
    submitted = nghttp2_session_set_local_window_size(
      raw, flagNone, 0, limits.connectionWindowSize)
  }
  guard submitted == 0 else {
    nghttp2_session_del(raw)
    throw .library(submitted)
  }
  return raw
}

private func entry(_ id: nghttp2_settings_id, _ value: UInt32) -> nghttp2_settings_entry {
  nghttp2_settings_entry(settings_id: Int32(id.rawValue), value: value)
}
