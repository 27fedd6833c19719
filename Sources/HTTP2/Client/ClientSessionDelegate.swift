/// Hears what a `ClientSession` reads. Called inside `receive` and `produce`: it may call the
/// session's verbs for streams and frames, never `receive`, `produce` or `abandon`.
package protocol ClientSessionDelegate: AnyObject {
  /// The final response's header list; interim responses (1xx) are skipped.
  func session(_ session: ClientSession, headers stream: ClientStream, endStream: Bool)

  /// Octets of DATA without padding, borrowed for the length of the call. Give them back by
  /// `consume` as they are used; a closing stream gives back the rest by itself.
  func session(
    _ session: ClientSession, data bytes: UnsafeRawBufferPointer, on stream: ClientStream)

  /// END_STREAM after the headers, with the last DATA or with `stream.trailers`.
  func session(_ session: ClientSession, end stream: ClientStream)

  /// A stream that was write-blocked has fallen below the low-water mark.
  func session(_ session: ClientSession, writable stream: ClientStream)

  /// The stream is over: `noError` when both sides ended it. Called exactly once for every
  /// request, also when the session fails or the peer refuses it.
  func session(_ session: ClientSession, closed stream: ClientStream, _ code: ErrorCode)

  /// The answer to `submitPing`.
  func session(_ session: ClientSession, receivedPingAck opaque: UInt64)

  /// The peer will take no more streams.
  func session(_ session: ClientSession, receivedGoaway code: ErrorCode)
}

extension ClientSessionDelegate {
  package func session(_ session: ClientSession, writable stream: ClientStream) {}
  package func session(_ session: ClientSession, receivedPingAck opaque: UInt64) {}
  package func session(_ session: ClientSession, receivedGoaway code: ErrorCode) {}
}
