internal import RPC
internal import Synchronization

/// Runs handlers on the fuzzer's thread and counts what it is told.
final class FuzzHost: ServerHost {
  /// A queue of jobs that runs when it is told to.
  // Safety: the queue is behind a mutex.
  private final class Jobs: TaskExecutor, @unchecked Sendable {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      jobs.withLock { $0.append(job) }
    }

    func run() {
      while true {
        let ready = jobs.withLock { jobs in
          defer { jobs.removeAll() }
          return jobs
        }
        if ready.isEmpty { return }
        for job in ready { job.runSynchronously(on: asUnownedTaskExecutor()) }
      }
    }
  }

  let gzip = Gzip()
  private let jobs = Jobs()
  private var timers: [ObjectIdentifier: (call: ServerCall, at: UInt64)] = [:]
  private var startedCount = 0
  private var endedCount = 0
  private(set) var nowNanoseconds: UInt64 = 1

  func start(_ call: ServerCall) {
    startedCount += 1
    call.adopt(Task.immediate(executorPreference: jobs) { await call.run() })
  }

  func scheduleDeadline(_ call: ServerCall, at nanoseconds: UInt64) {
    let previous = timers.updateValue((call, nanoseconds), forKey: ObjectIdentifier(call))
    precondition(previous == nil, "a deadline armed twice")
  }

  func cancelDeadline(_ call: ServerCall) {
    precondition(timers.removeValue(forKey: ObjectIdentifier(call)) != nil, "no such deadline")
  }

  func outputReady(_ connection: ServerConnection) {}

  func callEnded(_ call: ServerCall, _ status: StatusCode) {
    endedCount += 1
  }

  func callAnswered(_ call: ServerCall) {}

  func runHandlers() {
    jobs.run()
  }

  func advance(by nanoseconds: UInt64) {
    nowNanoseconds &+= nanoseconds
    for (key, timer) in timers where timer.at <= nowNanoseconds {
      timers[key] = nil
      timer.call.deadlinePassed()
    }
  }

  /// What must hold once the peer has gone.
  func checkNothingIsLeft(of connection: ServerConnection) {
    connection.disconnected()
    runHandlers()
    precondition(startedCount == endedCount, "a handler never ended")
    precondition(connection.callCount == 0, "a call is left")
    precondition(timers.isEmpty, "a timer is left")
  }
}
