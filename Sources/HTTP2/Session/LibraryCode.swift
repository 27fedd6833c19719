internal import CNghttp2

/// The library's codes that callbacks return, as the C types ask for them.
enum LibraryCode {
  /// Ends the session.
  static let callbackFailure = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
  /// Resets the stream and goes on.
  static let temporalCallbackFailure = NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
  /// The frame is of no interest.
  static let cancel = NGHTTP2_ERR_CANCEL.rawValue
  /// The DATA frame is written; return from `nghttp2_session_mem_send`.
  static let pause = NGHTTP2_ERR_PAUSE.rawValue
  /// No DATA until `nghttp2_session_resume_data`.
  static let deferred = Int(NGHTTP2_ERR_DEFERRED.rawValue)
  static let outOfMemory = NGHTTP2_ERR_NOMEM.rawValue

  static let endOfData = NGHTTP2_DATA_FLAG_EOF.rawValue
  /// The last DATA frame does not end the stream: trailers follow.
  static let endOfDataBeforeTrailers =
    NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
  /// We write the DATA frame's octets ourselves.
  static let noCopy = NGHTTP2_DATA_FLAG_NO_COPY.rawValue

  static let noFlags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
}

extension SessionError {
  /// Names a fatal code of the library.
  init(libraryCode code: Int) {
    switch nghttp2_error(Int32(truncatingIfNeeded: code)) {
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC: self = .badPreface
    case NGHTTP2_ERR_FLOODED: self = .flooded
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS: self = .tooManyContinuations
    default: self = .library(Int32(truncatingIfNeeded: code))
    }
  }
}
