internal import CLinux
internal import Glibc
internal import Synchronization

/// The order in which a turn of the loop hands out what it collected.
package enum FlushPhase: Sendable {
  /// Statements queued by handlers go to PostgreSQL, before the handlers they may resume run.
  case queries
  /// Frames queued by handlers go to their peers, last in the turn.
  case replies
}

/// Something that collects output during a turn and sends it once.
package protocol Flushable: AnyObject {
  func flush()
}

/// One thread with one epoll: the home of its connections, their calls and its database links.
///
/// A turn: descriptors that are ready → timers → jobs → queries → jobs → replies → sleep. As a
/// `TaskExecutor` it runs the tasks of its calls without leaving the thread; as a `SerialExecutor`
/// it can back an actor. Loops live as long as the process: a task's reference to its executor is
/// unowned.
package final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  // Safety: everything but `remote`, `asleep`, `stopping` and `thread` is confined to the thread.

  /// Position in its group, from 0.
  package let index: Int

  private let epoll: CInt
  private let wakeUp: CInt
  private let remote = Guarded<[RemoteWork]>([])
  private let asleep = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private let thread = Atomic<UInt>(0)

  private var local: [UnownedJob] = []
  private var batch: [UnownedJob] = []
  private var remoteBatch: [RemoteWork] = []
  private var registrations = RegistrationTable()
  private let wheel: TimerWheel
  private var queries: [any Flushable] = []
  private var replies: [any Flushable] = []
  private var flushing: [any Flushable] = []
  private var turnInstant: MonotonicInstant
  /// How long what this turn finds ready may have waited, in nanoseconds: the turn before it, or
  /// nothing when the loop slept in between. Loop thread only.
  package private(set) var lateness: UInt64 = 0

  private enum RemoteWork: Sendable {
    case job(UnownedJob)
    case body(@Sendable () -> Void)
  }

  /// Jobs that are run before descriptors are looked at again, so that work can't starve input.
  private static let jobRoundsMax = 64
  private static let eventsMax = 256
  /// Waiting for events longer than this, in nanoseconds, is sleep: nothing was ready when asked.
  private static let sleepMin: UInt64 = 1_000_000

  /// - Throws: when the process has no descriptors left.
  package init(index: Int = 0) throws(SystemError) {
    self.index = index
    epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
    guard epoll >= 0 else { throw .last("epoll_create1") }
    wakeUp = eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC))
    guard wakeUp >= 0 else {
      let error = SystemError.last("eventfd")
      close(epoll)
      throw error
    }
    turnInstant = .now()
    wheel = TimerWheel(startingAt: turnInstant)
    let code = linux_epoll_control(epoll, EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue, .max)
    guard code == 0 else { throw SystemError("epoll_ctl", code: -code) }
  }

  /// Whether the caller runs on this loop's thread.
  package var isCurrent: Bool {
    thread.load(ordering: .relaxed) == UInt(pthread_self())
  }

  /// The instant at which this turn began: read once a turn. Loop thread only.
  package var now: MonotonicInstant { turnInstant }

  // MARK: Thread

  /// Starts the thread, named `loop-<index>`, on `processor` when one is given.
  package func start(processor: Int? = nil) {
    let start = ThreadStart(loop: self, processor: processor)
    var handle = pthread_t()
    let context = Unmanaged.passRetained(start).toOpaque()
    let code = pthread_create(
      &handle, nil,
      { context in
        guard let context else { return nil }
        let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
        linux_name_thread("loop-\(start.loop.index)")
        if let processor = start.processor { _ = linux_pin_thread(CInt(processor)) }
        start.loop.run()
        return nil
      }, context)
    precondition(code == 0, "pthread_create failed: \(code)")
    pthread_detach(handle)
  }

  private final class ThreadStart {
    let loop: EventLoop
    let processor: Int?

    init(loop: EventLoop, processor: Int?) {
      self.loop = loop
      self.processor = processor
    }
  }

  /// Ends `run()` after the current turn. From any thread; work left in the queues is not run.
  package func stop() {
    stopping.store(true, ordering: .relaxed)
    wake()
  }

  /// Turns until `stop()`, on the calling thread.
  package func run() {
    thread.store(UInt(pthread_self()), ordering: .relaxed)
    let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.eventsMax)
    defer { events.deallocate() }
    while !stopping.load(ordering: .relaxed) {
      runJobs()
      flush(.queries)
      runJobs()
      flush(.replies)
      wait(into: events)
      wheel.fire(at: turnInstant)
    }
  }

  private func wait(into events: UnsafeMutablePointer<epoll_event>) {
    asleep.store(true, ordering: .sequentiallyConsistent)
    // Looked at again after `asleep` is published: whoever adds work from now on wakes us.
    let hasWork =
      !local.isEmpty || !queries.isEmpty || !replies.isEmpty || remote.withLock { !$0.isEmpty }
    let asked = MonotonicInstant.now()
    let count = epoll_wait(
      epoll, events, CInt(Self.eventsMax), hasWork ? 0 : millisecondsUntilTimer(at: asked))
    asleep.store(false, ordering: .relaxed)
    let woken = MonotonicInstant.now()
    let slept = woken.nanoseconds &- asked.nanoseconds
    lateness = slept > Self.sleepMin ? 0 : asked.nanoseconds &- turnInstant.nanoseconds
    turnInstant = woken
    guard count > 0 else { return }
    for position in 0..<Int(count) {
      let tag = linux_epoll_tag(events + position)
      if tag == .max {
        var counter: UInt64 = 0
        _ = read(wakeUp, &counter, 8)
      } else if let handler = registrations.handler(tag: tag) {
        handler.ready(Readiness(epollEvents: linux_epoll_events(events + position)))
      }
    }
  }

  private func millisecondsUntilTimer(at clock: MonotonicInstant) -> CInt {
    guard let next = wheel.nextWake else { return -1 }
    guard next > clock else { return 0 }
    let milliseconds = (next.nanoseconds - clock.nanoseconds + 999_999) / 1_000_000
    return CInt(clamping: milliseconds)
  }

  /// Empties one list; what a flush adds to it waits for the next turn.
  private func flush(_ phase: FlushPhase) {
    switch phase {
    case .queries: swap(&flushing, &queries)
    case .replies: swap(&flushing, &replies)
    }
    guard !flushing.isEmpty else { return }
    for position in flushing.indices { flushing[position].flush() }
    flushing.removeAll(keepingCapacity: true)
  }

  // MARK: Jobs

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrent {
      local.append(job)
    } else {
      addRemote(.job(job))
    }
  }

  /// Runs `body` on the loop in its next round of jobs. From any thread.
  package func execute(_ body: @escaping @Sendable () -> Void) {
    addRemote(.body(body))
  }

  private func addRemote(_ work: RemoteWork) {
    remote.withLock { $0.append(work) }
    if asleep.exchange(false, ordering: .sequentiallyConsistent) { wake() }
  }

  private func wake() {
    var one: UInt64 = 1
    _ = write(wakeUp, &one, 8)
  }

  private func runJobs() {
    let serial = asUnownedSerialExecutor()
    let task = asUnownedTaskExecutor()
    for _ in 0..<Self.jobRoundsMax {
      remote.withLock { swap(&$0, &remoteBatch) }
      for work in remoteBatch {
        switch work {
        case .job(let job): local.append(job)
        case .body(let body): body()
        }
      }
      remoteBatch.removeAll(keepingCapacity: true)
      guard !local.isEmpty else { return }
      swap(&local, &batch)
      for job in batch { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
      batch.removeAll(keepingCapacity: true)
    }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
    UnownedTaskExecutor(ordinary: self)
  }

  package func checkIsolated() {
    precondition(isCurrent, "not on loop-\(index)")
  }

  package func isIsolatingCurrentContext() -> Bool? { isCurrent }

  // MARK: Descriptors, timers, output (loop thread only)

  /// Watches `descriptor`, whose readiness `handler` is told until `deregister`.
  /// - Throws: when the kernel refuses it (already watched here, not pollable, no memory).
  package func register(
    _ descriptor: CInt, _ interest: Interest, _ handler: any ReadinessHandler
  ) throws(SystemError) -> Registration {
    assert(isCurrent || thread.load(ordering: .relaxed) == 0)
    let registration = registrations.insert(descriptor, handler)
    let code = linux_epoll_control(
      epoll, EPOLL_CTL_ADD, descriptor, interest.epollEvents, registration.tag)
    guard code == 0 else {
      registrations.remove(registration)
      throw SystemError("epoll_ctl", code: -code)
    }
    return registration
  }

  /// Changes what a descriptor is watched for. A registration that has ended is left alone.
  package func modify(_ registration: Registration, _ interest: Interest) {
    guard let descriptor = registrations.descriptor(of: registration) else { return }
    _ = linux_epoll_control(
      epoll, EPOLL_CTL_MOD, descriptor, interest.epollEvents, registration.tag)
  }

  /// Ends the watch; call before closing the descriptor. Events already collected are dropped.
  package func deregister(_ registration: Registration) {
    guard let descriptor = registrations.descriptor(of: registration) else { return }
    _ = linux_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0)
    registrations.remove(registration)
  }

  /// Runs `body` at the first turn at or after `deadline`: within a millisecond on an idle loop.
  @discardableResult
  package func schedule(at deadline: MonotonicInstant, _ body: @escaping () -> Void) -> Timer {
    assert(isCurrent || thread.load(ordering: .relaxed) == 0)
    return wheel.schedule(at: deadline, body)
  }

  /// Runs `body` once `delay` has passed since now.
  @discardableResult
  package func schedule(after delay: Duration, _ body: @escaping () -> Void) -> Timer {
    schedule(at: MonotonicInstant.now().advanced(by: delay), body)
  }

  /// Has `flushable` flushed once in this turn, in its phase. The caller asks once a turn: it keeps
  /// its own flag, cleared when it is flushed.
  package func requestFlush(_ flushable: any Flushable, _ phase: FlushPhase) {
    switch phase {
    case .queries: queries.append(flushable)
    case .replies: replies.append(flushable)
    }
  }
}
