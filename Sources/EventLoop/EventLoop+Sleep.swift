extension EventLoop {
  /// Suspends the task until `deadline`, on the wheel; call it from a task of this loop.
  /// - Throws: when the task is cancelled, at once.
  package func sleep(until deadline: MonotonicInstant) async throws(CancellationError) {
    let sleeper = Sleeper(loop: self)
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        sleeper.begin(continuation, until: deadline)
      }
    } onCancel: {
      if isCurrent {
        sleeper.wake()
      } else {
        execute { sleeper.wake() }
      }
    }
    if Task.isCancelled { throw CancellationError() }
  }

  /// Suspends the task for `duration`, on the wheel.
  /// - Throws: when the task is cancelled, at once.
  package func sleep(for duration: Duration) async throws(CancellationError) {
    try await sleep(until: MonotonicInstant.now().advanced(by: duration))
  }
}

/// One suspended `sleep`: woken by its timer or by cancellation, whichever comes first.
private final class Sleeper: @unchecked Sendable {
  // Safety: confined to its loop; cancellation from elsewhere hops there first.
  private let loop: EventLoop
  private var continuation: UnsafeContinuation<Void, Never>?
  private var timer: Timer?
  private var isAwake = false

  init(loop: EventLoop) {
    self.loop = loop
  }

  func begin(_ continuation: UnsafeContinuation<Void, Never>, until deadline: MonotonicInstant) {
    if isAwake || Task.isCancelled {
      continuation.resume()
      return
    }
    self.continuation = continuation
    timer = loop.schedule(at: deadline) { [self] in wake() }
  }

  func wake() {
    isAwake = true
    timer?.cancel()
    timer = nil
    continuation?.resume()
    continuation = nil
  }
}
