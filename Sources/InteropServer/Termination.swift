import Glibc
import Synchronization

/// SIGTERM and SIGINT, taken by a thread that only waits for them.
final class Termination: Sendable {
  private enum State {
    case running, ended
    case waiting(CheckedContinuation<Void, Never>)
  }

  private let state = Mutex(State.running)

  /// Call it before other threads start: they inherit the blocked signals.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    pthread_create(
      &thread, nil,
      { context in
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        var signal: CInt = 0
        sigwait(&signals, &signal)
        if let context { Unmanaged<Termination>.fromOpaque(context).takeRetainedValue().end() }
        return nil
      }, context)
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if case .ended = state { return true }
        state = .waiting(continuation)
        return false
      }
      if hasEnded { continuation.resume() }
    }
  }

  private func end() {
    let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
      defer { state = .ended }
      if case .waiting(let continuation) = state { return continuation }
      return nil
    }
    waiting?.resume()
  }
}
