package import EventLoop
import Glibc
import Synchronization

/// Runs asynchronous work on a loop and holds the calling thread until it is done: for the main
/// thread, which serves nothing. Signals keep their usual effect.
package func waiting<Success: Sendable>(
  on loop: EventLoop, _ body: @escaping @Sendable () async throws -> Success
) throws -> Success {
  try Outcome.begin(on: loop, wakes: false, body).wait().get()
}

/// One result, handed from a task to the main thread, which waits for it.
final class Outcome<Success: Sendable>: Sendable {
  private let result = Mutex<Result<Success, any Error>?>(nil)
  private let gate = Gate()
  private let wakes: Bool

  /// - Parameter wakes: whether it is waited for by ``wait(_:)``; a wake that nobody waits for
  ///   would end the process.
  init(wakes: Bool) {
    self.wakes = wakes
  }

  /// Begins `body` as a task of `loop`.
  static func begin(
    on loop: EventLoop, wakes: Bool, _ body: @escaping @Sendable () async throws -> Success
  ) -> Outcome {
    let outcome = Outcome(wakes: wakes)
    Task(executorPreference: loop) {
      do {
        outcome.settle(.success(try await body()))
      } catch {
        outcome.settle(.failure(error))
      }
    }
    return outcome
  }

  func settle(_ settled: Result<Success, any Error>) {
    result.withLock { $0 = settled }
    gate.open()
    if wakes { ProcessSignals.wake() }
  }

  /// Without regard to signals.
  func wait() -> Result<Success, any Error> {
    gate.wait()
    guard let result = result.withLock({ $0 }) else {
      preconditionFailure("the gate opens after the result is there")
    }
    return result
  }

  /// - Returns: nil when a signal that asks for the end came first.
  func wait(_ signals: ProcessSignals) -> Result<Success, any Error>? {
    while true {
      if let result = result.withLock({ $0 }) { return result }
      if signals.next() == .end { return nil }
    }
  }
}

/// Opened once by any thread.
private final class Gate: @unchecked Sendable {
  // Safety: a semaphore is made for several threads, and the pointer never changes.
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() {
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func open() {
    sem_post(semaphore)
  }

  func wait() {
    while sem_wait(semaphore) != 0 {}
  }
}
