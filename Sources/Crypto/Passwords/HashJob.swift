import Synchronization

protocol HashJob: AnyObject, Sendable {
  var isFinished: Bool { get }
  func perform()
  func refuse(_ refusal: HashPool.Refusal)
}

/// One computation and the task that waits for it; whoever finishes it first decides its outcome.
final class Job<Value: Sendable>: HashJob {
  typealias Outcome = Result<Value, HashPool.Refusal>

  private enum State {
    case started
    case suspended(UnsafeContinuation<Outcome, Never>)
    /// Decided before the task suspended.
    case early(Outcome)
    case finished
  }

  private let state = Mutex(State.started)
  private let body: @Sendable () -> Value

  init(_ body: @escaping @Sendable () -> Value) {
    self.body = body
  }

  var isFinished: Bool {
    state.withLock { state in
      switch state {
      case .started, .suspended: false
      case .early, .finished: true
      }
    }
  }

  func perform() {
    guard !isFinished else { return }
    finish(.success(body()))
  }

  func refuse(_ refusal: HashPool.Refusal) {
    finish(.failure(refusal))
  }

  func suspend(_ continuation: UnsafeContinuation<Outcome, Never>) {
    let early: Outcome? = state.withLock { state in
      switch state {
      case .early(let outcome):
        state = .finished
        return outcome
      case .started, .suspended, .finished:
        state = .suspended(continuation)
        return nil
      }
    }
    if let early { continuation.resume(returning: early) }
  }

  func finish(_ outcome: Outcome) {
    let waiting: UnsafeContinuation<Outcome, Never>? = state.withLock { state in
      switch state {
      case .started:
        state = .early(outcome)
        return nil
      case .suspended(let continuation):
        state = .finished
        return continuation
      case .early, .finished:
        return nil
      }
    }
    waiting?.resume(returning: outcome)
  }
}
