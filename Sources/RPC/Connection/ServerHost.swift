/// What a connection needs from those who drive it: a clock, timers, tasks, output.
///
/// Everything is called on the connection's loop.
package protocol ServerHost: AnyObject {
  /// A monotonic clock, in nanoseconds.
  var nowNanoseconds: UInt64 { get }
  /// Runs ``ServerCall/run()`` in a task on the loop, up to its first suspension before this
  /// returns, and gives the task to ``ServerCall/adopt(_:)``.
  func start(_ call: ServerCall)
  /// Calls ``ServerCall/deadlinePassed()`` at that instant of the clock.
  func scheduleDeadline(_ call: ServerCall, at nanoseconds: UInt64)
  /// Forgets the timer of ``scheduleDeadline(_:at:)``.
  func cancelDeadline(_ call: ServerCall)
  /// The connection has something to produce: flush at the end of the turn.
  func outputReady(_ connection: ServerConnection)
  /// The handler has ended. Exactly once for each ``start(_:)``, with the status that was sent,
  /// or would have been.
  func callEnded(_ call: ServerCall, _ status: StatusCode)
  /// A hot method answered the call at once, with OK: it is neither started nor ended otherwise.
  func callAnswered(_ call: ServerCall)
  /// A request was answered before a handler started.
  /// - Parameter path: as the peer gave it, cut at 256 bytes.
  func requestRefused(_ connection: ServerConnection, path: String, _ status: Status)
}

extension ServerHost {
  package func requestRefused(_ connection: ServerConnection, path: String, _ status: Status) {}
}
