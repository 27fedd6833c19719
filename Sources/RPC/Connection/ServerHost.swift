package import HTTP2

/// What a connection needs from those who drive it: a clock, timers, tasks, output.
///
/// Everything is called on the connection's loop.
package protocol ServerHost: AnyObject {
  /// A monotonic clock, in nanoseconds.
  var nowNanoseconds: UInt64 { get }
  /// The same clock when the turn began: what is read in a turn had come by then, as far as
  /// anybody can tell, and its time runs since. Costs nothing to ask.
  var turnNanoseconds: UInt64 { get }
  /// Judges whether calls are let in; nil lets every call in. Asked once a connection.
  var pressure: Pressure? { get }
  /// Compresses for every connection of the loop.
  var gzip: Gzip { get }
  /// What the process holds, of which the connection tells what is its. Asked once a connection.
  var memory: ProcessMemory { get }
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
  /// The peer was told by a last GOAWAY that it does too much of something.
  func abuseWarned(_ vector: AbuseVector)
  /// A call was answered RESOURCE_EXHAUSTED, for the process holds too much.
  func memoryRefused()
  /// A hot method answered the call at once, with OK: it is neither started nor ended otherwise.
  func callAnswered(_ call: ServerCall)
  /// A request was answered before a handler started.
  /// - Parameter path: as the peer gave it, cut at 256 bytes.
  func requestRefused(_ connection: ServerConnection, path: String, _ status: Status)
  /// A call was turned away because its class, or one above it, waits too long; its
  /// ``requestRefused(_:path:_:)`` comes as well.
  func shed(_ admissionClass: AdmissionClass, _ reason: ShedReason)
  /// A handler answers a call with RESOURCE_EXHAUSTED, since its caller makes too many.
  func quotaRefused(identity: String)
}

extension ServerHost {
  package var memory: ProcessMemory { .unlimited }
  package func abuseWarned(_ vector: AbuseVector) {}
  package func memoryRefused() {}
  package var turnNanoseconds: UInt64 { nowNanoseconds }
  package var pressure: Pressure? { nil }
  package func shed(_ admissionClass: AdmissionClass, _ reason: ShedReason) {}
  package func quotaRefused(identity: String) {}
  package func requestRefused(_ connection: ServerConnection, path: String, _ status: Status) {}
}
