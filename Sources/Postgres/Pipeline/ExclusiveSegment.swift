internal import EventLoop

/// The statements of one flush on a connection that its caller holds alone.
final class ExclusiveSegment: Segment, @unchecked Sendable {
  // Safety: confined to its loop; cancellation from elsewhere hops there first.

  enum Outcome {
    case succeeded
    /// The server refused a statement; those after it were not run.
    case failed(ServerFailure, statement: Int)
    /// The connection was lost before anything was sent on it.
    case unsent
    /// The connection was lost: unknown what ran.
    case lost(reason: String)
    /// The caller gave up; the statements may still run.
    case abandoned(DatabaseError)
  }

  private(set) var results: [QueryResult] = []
  private var failure: (ServerFailure, Int)?
  private(set) var outcome: Outcome?
  private var continuation: UnsafeContinuation<Void, Never>?
  private var timer: Timer?

  override func receive(_ result: OpaquePointer, of step: Step) {
    results.append(QueryResult(adopting: result))
  }

  override func fail(_ failure: ServerFailure, at step: Step) {
    if self.failure == nil { self.failure = (failure, step.statement) }
  }

  override func end() {
    if let (failure, statement) = failure {
      finish(.failed(failure, statement: statement))
    } else {
      finish(.succeeded)
    }
  }

  override func lose(_ reason: String) {
    if let (failure, statement) = failure {
      finish(.failed(failure, statement: statement))
    } else {
      finish(.lost(reason: reason))
    }
  }

  private func finish(_ outcome: Outcome) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    timer?.cancel()
    timer = nil
    continuation?.resume()
    continuation = nil
  }

  /// Waits for the answer, at most until `limit`.
  /// - Parameters:
  ///   - limit: then the outcome is `abandoned` with `error`.
  ///   - isCancellable: whether cancelling the task ends the wait; false once COMMIT was sent.
  func wait(
    on loop: EventLoop, until limit: MonotonicInstant, or error: DatabaseError, isCancellable: Bool
  ) async -> Outcome {
    if outcome == nil {
      timer = loop.schedule(at: limit) { [self] in finish(.abandoned(error)) }
      await withTaskCancellationHandler {
        await withUnsafeContinuation { continuation in
          if outcome != nil || (isCancellable && Task.isCancelled) {
            finish(.abandoned(.cancelled))
            continuation.resume()
          } else {
            self.continuation = continuation
          }
        }
      } onCancel: {
        guard isCancellable else { return }
        loop.run { self.finish(.abandoned(.cancelled)) }
      }
    }
    return outcome ?? .abandoned(.cancelled)
  }
}

extension EventLoop {
  /// Runs `body` now when called on the loop, else in its next turn.
  func run(_ body: @escaping @Sendable () -> Void) {
    if isCurrent {
      body()
    } else {
      execute(body)
    }
  }
}
