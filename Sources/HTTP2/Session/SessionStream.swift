/// One stream of a session. Confined to the session's thread. Whoever holds it after `closed`
/// holds a dead stream: every verb of the session ignores it.
package class SessionStream {
  /// Odd, 1…2³¹−1. The object serves one id for as long as anyone but the session holds it.
  package internal(set) final var id: Int32 = 0
  /// The peer's header list: the request's, or the final response's.
  package internal(set) final var headers = HeaderList()
  /// The header list is past `SessionLimits.headerListMax` or `headerFieldCountMax`, and so
  /// not whole: answer without reading it.
  package internal(set) final var headerListOverLimit = false
  /// The peer has sent END_STREAM.
  package internal(set) final var isRemoteClosed = false
  package internal(set) final var isClosed = false
  /// Octets of DATA given to `write` and not yet produced as frames.
  package final var queuedByteCount: Int { outgoing.count }
  /// `queuedByteCount` reached the high-water mark: wait for `writable` before writing more.
  package internal(set) final var isWriteBlocked = false

  final var outgoing = OutgoingBytes()
  /// Blocks that the library refers to until it has sent them.
  final var sentHeaders: HeaderBlock?
  final var sentTrailers: HeaderBlock?
  /// Octets delivered to the delegate and not yet consumed.
  final var unconsumedByteCount = 0
  /// Place in the session's list of open streams.
  final var index = 0
  final var sending = SendingState.idle
  /// The data provider has said that it has nothing: resume it when that changes.
  final var isDeferred = false
  /// The delegate was told of the headers.
  final var isAnnounced = false

  package required init() {}

  /// How far our side has got (RFC 9113 §8.1).
  enum SendingState {
    /// No HEADERS submitted.
    case idle
    /// HEADERS submitted; DATA may follow.
    case body
    /// No more DATA comes; END_STREAM or trailers go with the last octet.
    case finishing
    /// END_STREAM is submitted.
    case ended
    /// RST_STREAM is submitted.
    case reset
  }

  /// Makes it ready for another id. Only for a stream that nobody else holds.
  func recycle() {
    if isKnownUniquelyReferenced(&headers) { headers.reset() } else { headers = HeaderList() }
    headerListOverLimit = false
    isRemoteClosed = false
    isClosed = false
    isWriteBlocked = false
    outgoing.removeAll()
    sentHeaders = nil
    sentTrailers = nil
    unconsumedByteCount = 0
    sending = .idle
    isDeferred = false
    isAnnounced = false
  }
}
