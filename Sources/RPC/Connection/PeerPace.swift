package import HTTP2

/// How slow a peer may be.
package struct PeerPace: Sendable {
  package var headerBlockTimeout: Duration
  /// Of a message that it has begun to send.
  package var request: Pace
  /// Of an answer that it keeps waiting by the window of the stream.
  package var response: Pace
  /// Of all answers that wait, by whatever window.
  package var connection: Pace

  package init(
    headerBlockTimeout: Duration, request: Pace, response: Pace, connection: Pace
  ) {
    self.headerBlockTimeout = headerBlockTimeout
    self.request = request
    self.response = response
    self.connection = connection
  }
}

/// What a peer keeps waiting for.
package enum SlowSide: String, Hashable, Sendable {
  /// It does not send the message that it has begun.
  case request
  /// It does not take the answer.
  case response
}

/// What `ServerConnection.sweep` found.
package struct SweepOutcome: Equatable, Sendable {
  /// A header block has no end in time: the connection is to be closed.
  package var isHeaderBlockOverdue = false
  /// No answer gets anywhere: the connection is to be closed.
  package var isStalled = false
  /// Of each stream that was reset, what its peer was too slow at.
  package var slow: [SlowSide] = []
  /// Nothing can be found that is not there yet: no stream is open.
  package var isOver = false
  /// When the header block under way will be overdue, if one is.
  package var headerBlockDeadline: UInt64?

  package init() {}
}
