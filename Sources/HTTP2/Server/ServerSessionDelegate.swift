/// Hears what a `ServerSession` reads. Called inside `receive` and `produce`: it may call the
/// session's verbs for streams and frames, never `receive`, `produce` or `abandon`.
package protocol ServerSessionDelegate: AnyObject {
  /// A request's header list, complete and valid by RFC 9113 §8.1.2, or
  /// `stream.headerListOverLimit` is set. With `endStream` no `data` and no `end` follow.
  func session(_ session: ServerSession, headers stream: ServerStream, endStream: Bool)

  /// Octets of DATA without padding, borrowed for the length of the call. Give them back by
  /// `consume` as they are used; a closing stream gives back the rest by itself.
  func session(
    _ session: ServerSession, data bytes: UnsafeRawBufferPointer, on stream: ServerStream)

  /// END_STREAM after the headers, with the last DATA or with trailers, which are dropped.
  func session(_ session: ServerSession, end stream: ServerStream)

  /// A stream that was write-blocked has fallen below the low-water mark.
  func session(_ session: ServerSession, writable stream: ServerStream)

  /// The stream is over, after `headers` was called for it: `noError` when both sides ended it.
  /// Called exactly once, also when the session fails.
  func session(_ session: ServerSession, closed stream: ServerStream, _ code: ErrorCode)

  /// The answer to `submitPing`.
  func session(_ session: ServerSession, receivedPingAck opaque: UInt64)

  /// The peer has spent three quarters of a budget, for the first time: it is to be sent away
  /// gracefully, by `submitShutdownNotice` and, once it has read that, `submitGoaway`.
  func session(_ session: ServerSession, warned vector: AbuseVector)

  /// The peer will open no more streams.
  func session(_ session: ServerSession, receivedGoaway code: ErrorCode)
}

extension ServerSessionDelegate {
  package func session(_ session: ServerSession, receivedPingAck opaque: UInt64) {}
  package func session(_ session: ServerSession, warned vector: AbuseVector) {}
  package func session(_ session: ServerSession, receivedGoaway code: ErrorCode) {}
}
