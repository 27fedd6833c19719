private import Synchronization

/// Which services answer. Set from any thread, watched from any loop.
package final class HealthState: Sendable {
  /// `grpc.health.v1.HealthCheckResponse.ServingStatus`.
  package enum ServingStatus: UInt64, Sendable {
    case unknown = 0
    case serving = 1
    case notServing = 2
    /// Only for watchers of a name that is not known.
    case serviceUnknown = 3
  }

  private struct State {
    var statuses: [String: ServingStatus]
    var version: UInt64 = 0
    var areWatchesEnded = false
    var lastWaiter: UInt64 = 0
    var waiters: [UInt64: UnsafeContinuation<Void, Never>] = [:]
  }

  private let state: Mutex<State>

  /// The server as a whole, which has the empty name, and each service; none serves yet.
  package init(services: some Sequence<String>) {
    var statuses: [String: ServingStatus] = ["": .notServing]
    for service in services { statuses[service] = .notServing }
    state = Mutex(State(statuses: statuses))
  }

  package func set(_ status: ServingStatus, for service: String) {
    change { $0[service] = status }
  }

  /// Every service at once: `.serving` after the start, `.notServing` before the drain.
  package func setAll(_ status: ServingStatus) {
    change { statuses in
      for service in statuses.keys { statuses[service] = status }
    }
  }

  /// Ends every watch, which would hold a drain up to its limit: whoever watches asks another
  /// server. To be called once the watchers were told that nothing serves.
  package func endWatches() {
    state.withLock { $0.areWatchesEnded = true }
    change { _ in }
  }

  var areWatchesEnded: Bool { state.withLock { $0.areWatchesEnded } }

  /// Nil for a name that is not known.
  package func status(of service: String) -> ServingStatus? {
    state.withLock { $0.statuses[service] }
  }

  /// All of them, in the order of their names.
  package var all: [(service: String, status: ServingStatus)] {
    state.withLock { $0.statuses }.sorted { $0.key < $1.key }
      .map { (service: $0.key, status: $0.value) }
  }

  private func change(_ body: (inout [String: ServingStatus]) -> Void) {
    let waiters = state.withLock { state in
      body(&state.statuses)
      state.version &+= 1
      defer { state.waiters.removeAll() }
      return state.waiters.values.map { $0 }
    }
    // Each resumes on its own loop.
    for waiter in waiters { waiter.resume() }
  }
}

// MARK: - Watching

extension HealthState {
  /// The status of a service and the version it was read at.
  func reading(of service: String) -> (status: ServingStatus, version: UInt64) {
    state.withLock { ($0.statuses[service] ?? .serviceUnknown, $0.version) }
  }

  /// Returns after a change later than that version, or once the call is interrupted.
  ///
  /// The call tells of its end itself: a cancellation handler of the task would take a second
  /// kilobyte of stack from every watch.
  @inline(never)
  func change(after version: UInt64, _ call: ServerCall) async {
    let waiter = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    call.interruptionHandler = { [self] in
      state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
    }
    await withUnsafeContinuation { continuation in
      // An interruption is not missed: it comes on this loop, before this or after.
      let isOver =
        call.isCancelled
        || state.withLock { state in
          if state.version != version { return true }
          state.waiters[waiter] = continuation
          return false
        }
      if isOver { continuation.resume() }
    }
    call.interruptionHandler = nil
  }
}
