/// What a session keeps between frames.
struct SessionState: ~Copyable {
  var ledger = AbuseLedger()
  /// A monotonic clock at the last `receive`, in nanoseconds.
  var now: UInt64 = 0
  var lastStreamID: Int32 = 0
  var isSettingsAcknowledged = false
  var failure: SessionError?
  var credit: ReceiveCredit
  /// Octets of DATA in the queues of open streams.
  var queuedByteCount = 0
  var resetIDs = RecentIDs()
  var open = StreamList()
  /// Closed since `receive` or `produce` began: who else holds them shows when it has ended.
  var retired = StreamList()
  /// Where `produce` writes while it runs.
  var output: UnsafeMutablePointer<OutputBuffer>?
  var outputMax = 0
  /// The list that header fields go to between the beginning and the end of a block.
  var fieldTarget: Unmanaged<HeaderList>?
  var fieldStream: Unmanaged<SessionStream>?
  var fieldsBeganAt: UInt64 = 0
  /// PINGs of ours that were not answered yet.
  var pingsOutstanding = 0
  /// Of the PING that follows the notice of a graceful end, until it is submitted.
  var noticePing: UInt64?
  var walk = FrameWalk()
  /// Empty DATA frames of which the library has told, or that were judged without.
  var emptyDataSeen: UInt64 = 0
  /// Octets of DATA that were produced.
  var producedByteCount = 0
  /// The library is at work: `receive` and `produce` must not be called.
  var isInside = false
  var isGoawayProduced = false
  /// The last GOAWAY that names our last stream.
  var isGoawaySubmitted = false
  /// The peer opens no more streams.
  var isGoawayReceived = false

  init(limits: SessionLimits) {
    credit = ReceiveCredit(bufferMax: limits.connectionBufferMax)
  }
}
