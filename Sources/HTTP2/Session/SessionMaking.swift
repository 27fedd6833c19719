internal import CNghttp2

/// Makes a library session with our options; SETTINGS and the connection's window are queued.
func makeSession(
  isServer: Bool, _ limits: SessionLimits, _ memory: UnsafeMutablePointer<LibraryMemory>,
  _ settings: [(nghttp2_settings_id, UInt32)]
) throws(SessionError) -> OpaquePointer {
  var option: OpaquePointer?
  guard let sessionCallbacks, nghttp2_option_new(&option) == 0 else {
    throw .library(LibraryCode.outOfMemory)
  }
  defer { nghttp2_option_del(option) }
  nghttp2_option_set_no_auto_window_update(option, 1)
  nghttp2_option_set_no_closed_streams(option, 1)
  nghttp2_option_set_max_outbound_ack(option, limits.outboundAcknowledgementCountMax)
  nghttp2_option_set_max_settings(option, limits.settingsEntryCountMax)
  nghttp2_option_set_max_continuations(option, limits.continuationCountMax)
  nghttp2_option_set_max_deflate_dynamic_table_size(option, Int(limits.headerTableSize))
  // Ours goes by our clock and says why; the library would end with INTERNAL_ERROR by its own.
  nghttp2_option_set_stream_reset_rate_limit(option, 1 << 40, 1 << 20)
  // Types that the library would skip silently: they are to be counted.
  for type in FrameType.continuation + 1...UInt8.max {
    nghttp2_option_set_user_recv_extension_type(option, type)
  }

  var raw: OpaquePointer?
  var memory = libraryMemory(memory)
  let result =
    isServer
    ? nghttp2_session_server_new3(&raw, sessionCallbacks, nil, option, &memory)
    : nghttp2_session_client_new3(&raw, sessionCallbacks, nil, option, &memory)
  guard result == 0, let raw else { throw .library(result) }

  let entries = settings.map {
    nghttp2_settings_entry(settings_id: Int32(bitPattern: $0.0.rawValue), value: $0.1)
  }
  var submitted = nghttp2_submit_settings(raw, LibraryCode.noFlags, entries, entries.count)
  if submitted == 0 {
    submitted = nghttp2_session_set_local_window_size(
      raw, LibraryCode.noFlags, 0, limits.connectionWindowSize)
  }
  guard submitted == 0 else {
    nghttp2_session_del(raw)
    throw .library(submitted)
  }
  return raw
}
