import Synchronization

/// Runs the tasks of a test on the test's own thread, when the test says so.
// Safety: the queue is behind a mutex.
final class TestLoop: TaskExecutor, @unchecked Sendable {
  private let jobs = Mutex<[UnownedJob]>([])

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
  }

  /// Runs what is ready, and what becomes ready by that.
  /// - Returns: whether anything ran.
  @discardableResult
  func run() -> Bool {
    var didRun = false
    while true {
      let ready = jobs.withLock { jobs in
        defer { jobs.removeAll() }
        return jobs
      }
      if ready.isEmpty { return didRun }
      didRun = true
      for job in ready { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
  }
}
