/// What a session knows of one stream.
struct StreamState: ~Copyable {
  var id: Int32 = 0
  var headerListOverLimit = false
  var isRemoteClosed = false
  var isClosed = false
  var isWriteBlocked = false
  /// The data provider has said that it has nothing: resume it when that changes.
  var isDeferred = false
  /// The delegate was told of the headers.
  var isAnnounced = false
  var sending = Sending.idle
  /// The peer may finish its request after our answer.
  var awaitsEnd = false
  /// Place in the session's list of open streams.
  var index = 0
  /// Octets delivered to the delegate and not yet consumed.
  var unconsumedByteCount = 0
  /// Octets of them for which the connection has not got its credit back.
  var connectionHeldByteCount = 0
  var outgoing = OutgoingBytes()
  /// Octets of DATA that have come and that were produced, and how far they were when last looked.
  var receivedByteCount = 0
  var producedByteCount = 0
  var receivingMark = ProgressMark()
  var producingMark = ProgressMark()
  /// Blocks that the library refers to until it has sent them.
  var sentHeaders: HeaderBlock?
  var sentTrailers: HeaderBlock?

  /// How far our side has got (RFC 9113 §8.1).
  enum Sending {
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

  mutating func recycle() {
    headerListOverLimit = false
    isRemoteClosed = false
    isClosed = false
    isWriteBlocked = false
    isDeferred = false
    isAnnounced = false
    awaitsEnd = false
    sending = .idle
    unconsumedByteCount = 0
    connectionHeldByteCount = 0
    receivedByteCount = 0
    producedByteCount = 0
    receivingMark = ProgressMark()
    producingMark = ProgressMark()
    outgoing.removeAll()
    sentHeaders = nil
    sentTrailers = nil
  }
}
