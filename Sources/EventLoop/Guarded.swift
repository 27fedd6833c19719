internal import Glibc

/// A value behind a pthread mutex: ThreadSanitizer follows it, and can't follow the futex inside
/// `Synchronization.Mutex`, every use of which it reports as a race on Linux.
package final class Guarded<Value: Sendable>: @unchecked Sendable {
  // Safety: `value` is touched under the mutex alone.
  private var value: Value
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init(_ value: Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` while no other thread does; it must be short and must not lock again.
  package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(&value)
  }
}
