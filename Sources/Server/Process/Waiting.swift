package import EventLoop
import Glibc

/// Runs asynchronous work on a loop and holds the calling thread until it is done: for the main
/// thread, which serves nothing.
package func waiting<Success: Sendable>(
  on loop: EventLoop, _ body: @escaping @Sendable () async throws -> Success
) throws -> Success {
  let outcome = Outcome<Success>()
  Task(executorPreference: loop) {
    do {
      outcome.settle(.success(try await body()))
    } catch {
      outcome.settle(.failure(error))
    }
  }
  return try outcome.wait().get()
}

/// One result, handed from a loop to a thread that waits for it.
private final class Outcome<Success: Sendable>: @unchecked Sendable {
  // Safety: `result` is written before the semaphore is posted and read after it was waited for.
  private var result: Result<Success, any Error>?
  private let gate = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() {
    sem_init(gate, 0, 0)
  }

  deinit {
    sem_destroy(gate)
    gate.deallocate()
  }

  func settle(_ result: Result<Success, any Error>) {
    self.result = result
    sem_post(gate)
  }

  func wait() -> Result<Success, any Error> {
    while sem_wait(gate) != 0 {}
    guard let result else { preconditionFailure("posted after the result is written") }
    return result
  }
}
