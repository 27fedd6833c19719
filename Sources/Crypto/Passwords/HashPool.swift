import Glibc
import Synchronization

/// A few idle-priority threads for the one slow computation, password hashing, so that it never
/// takes a loop's time: SCHED_IDLE runs only where nothing else wants the core.
package final class HashPool: Sendable {
  /// Why a computation gives no result.
  package enum Refusal: Error, Hashable {
    /// ``queueMax`` jobs wait already: shed the call.
    case full
    /// The calling task was cancelled; a result still being computed is dropped.
    case cancelled
    /// ``shutdown()`` was called.
    case stopped
  }

  /// R-PWD-2: memory stays within threads × one hash, waiting within the queue.
  package static let queueMax = 64
  package static let threadCountMax = 4

  private struct State {
    var queue: [any HashJob] = []
    var isStopped = false
    var threads: [pthread_t] = []
  }

  private let state = Mutex(State())
  private let available = Semaphore()
  private let busy = Atomic(0)
  private let measured: (@Sendable (_ nanoseconds: UInt64) -> Void)?

  /// - Parameters:
  ///   - threadCount: nil means one for each core, at most ``threadCountMax``.
  ///   - measured: told of each job's duration, on the thread that did it.
  package init(
    threadCount: Int? = nil, measured: (@Sendable (_ nanoseconds: UInt64) -> Void)? = nil
  ) {
    self.measured = measured
    let cores = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
    let count = threadCount ?? min(cores, Self.threadCountMax)
    let threads = (0..<count).compactMap { _ in
      spawnThread { [self] in work() }
    }
    precondition(!threads.isEmpty, "no thread for hashing can start")
    state.withLock { $0.threads = threads }
  }

  /// Runs `body` on a thread of the pool and resumes on the caller's executor. Cancelling the task
  /// ends the wait at once.
  package func run<Value: Sendable>(
    _ body: @escaping @Sendable () -> Value
  ) async throws(Refusal) -> Value {
    let job = Job(body)
    let outcome = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        job.suspend(continuation)
        if let refusal = enqueue(job) { job.finish(.failure(refusal)) }
      }
    } onCancel: {
      remove(job)
      job.finish(.failure(.cancelled))
    }
    return try outcome.get()
  }

  /// Jobs that wait for a thread.
  package var queuedCount: Int { state.withLock { $0.queue.count } }

  /// Threads that hash just now.
  package var busyCount: Int { busy.load(ordering: .relaxed) }

  /// Refuses waiting and later jobs, and returns when the running ones have ended.
  package func shutdown() {
    let (threads, waiting) = state.withLock { state in
      defer {
        state.threads = []
        state.queue = []
        state.isStopped = true
      }
      return (state.threads, state.queue)
    }
    for job in waiting { job.refuse(.stopped) }
    for _ in threads { available.signal() }
    for thread in threads { pthread_join(thread, nil) }
  }

  private func enqueue(_ job: any HashJob) -> Refusal? {
    let refusal: Refusal? = state.withLock { state in
      if state.isStopped { return .stopped }
      if state.queue.count >= Self.queueMax { return .full }
      if !job.isFinished { state.queue.append(job) }
      return nil
    }
    if refusal == nil { available.signal() }
    return refusal
  }

  private func remove(_ job: any HashJob) {
    state.withLock { $0.queue.removeAll { $0 === job } }
  }

  private func work() {
    var parameters = sched_param()
    sched_setscheduler(0, Self.idlePolicy, &parameters)
    while true {
      available.wait()
      let (job, isStopped) = state.withLock { state in
        (state.queue.isEmpty ? nil : state.queue.removeFirst(), state.isStopped)
      }
      if let job { perform(job) } else if isStopped { return }
    }
  }

  private func perform(_ job: any HashJob) {
    busy.add(1, ordering: .relaxed)
    let start = ContinuousClock.now
    job.perform()
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    measured?(UInt64(clamping: seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
    busy.subtract(1, ordering: .relaxed)
  }

  /// SCHED_IDLE of sched(7).
  private static let idlePolicy: CInt = 5
}
