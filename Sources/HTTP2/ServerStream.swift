/// One request and its response. Confined to the thread of its session. Whoever holds it after
/// `closed` holds a dead stream: every verb of the session ignores it.
package final class ServerStream {
  /// Odd, 1…2³¹−1. A stream object serves one id for as long as anyone else holds it.
  package internal(set) var id: Int32 = 0
  /// State of the layer above; dropped when the stream closes.
  package var call: AnyObject?
  /// The request's header list.
  package internal(set) var headers = HeaderList()
  /// The header list is past `SessionLimits.headerListMax` or `headerFieldCountMax`, and so
  /// not whole: answer without reading it.
  package internal(set) var headerListOverLimit = false
  /// The peer has sent END_STREAM.
  package internal(set) var isRemoteClosed = false
  package internal(set) var isClosed = false
  /// Octets of DATA given to `write` and not yet produced as frames.
  package var queuedByteCount: Int { outgoing.count }
  /// `queuedByteCount` reached the high-water mark: wait for `writable` before writing more.
  package internal(set) var isWriteBlocked = false

  var outgoing = OutgoingBytes()
  var initialHeaders: HeaderBlock?
  var trailers: HeaderBlock?
  /// Octets delivered to the delegate and not yet consumed.
  var unconsumedByteCount = 0
  /// The delegate was told of the headers, and so is to be told of the end.
  var isAnnounced = false
  /// Place in the session's list of open streams.
  var index = 0
  var sending = SendingState.idle
  /// The data provider has said that it has nothing: resume it when that changes.
  var isDeferred = false

  init() {}

  /// How far the response has got (RFC 9113 §8.1).
  enum SendingState {
    /// No HEADERS submitted.
    case idle
    /// HEADERS submitted; DATA may follow.
    case body
    /// No more DATA comes; trailers go with the last octet.
    case finishing
    /// HEADERS with END_STREAM submitted.
    case trailersSubmitted
    /// RST_STREAM submitted.
    case reset
  }

  /// Makes it ready for another id. Only for a stream that nobody else holds.
  func recycle() {
    call = nil
    if isKnownUniquelyReferenced(&headers) { headers.reset() } else { headers = HeaderList() }
    headerListOverLimit = false
    isRemoteClosed = false
    isClosed = false
    isWriteBlocked = false
    isAnnounced = false
    outgoing.removeAll()
    initialHeaders = nil
    trailers = nil
    unconsumedByteCount = 0
    sending = .idle
    isDeferred = false
  }
}
