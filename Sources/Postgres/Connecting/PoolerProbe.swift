internal import CLibpq
internal import EventLoop

/// Tells a pooler that keeps a session for its client from one that deals a backend to each
/// transaction, which would lose prepared statements and settings.
///
/// A second session holds a transaction open. Behind a transaction pooler it either got the backend
/// of the first, or the first is dealt another one now.
enum PoolerProbe {
  /// What the second session runs at login.
  static let holdingScript = "BEGIN; SELECT pg_backend_pid()"

  /// - Parameter completion: whether both sessions have backends of their own, and keep them.
  static func run(
    first: ConnectionAttempt.Session, second: ConnectionAttempt.Session, loop: EventLoop,
    deadline: MonotonicInstant, completion: @escaping (Bool) -> Void
  ) {
    guard first.backendID != second.backendID else { return completion(false) }
    _ = ConnectionAttempt(
      established: first.native, loop: loop, setup: "SELECT pg_backend_pid()", deadline: deadline
    ) { result in
      second.native.finish()
      if case .success(let again) = result {
        completion(again.backendID == first.backendID)
      } else {
        completion(false)
      }
    }
  }
}
