import Crypto
import Glibc
import Synchronization
import Testing

@Suite struct `The pool for hashing` {
  /// Holds a pool's thread until opened.
  final class Gate: Sendable {
    private let isOpen = Atomic(false)
    let entered = Atomic(0)

    func open() { isOpen.store(true, ordering: .releasing) }

    func pass() {
      entered.add(1, ordering: .relaxed)
      while !isOpen.load(ordering: .acquiring) {}
    }
  }

  @Test func `returns each caller its own result`() async throws {
    let pool = HashPool(threadCount: 2)
    defer { pool.shutdown() }
    try await withThrowingTaskGroup(of: (Int, Int).self) { group in
      for index in 0..<60 { group.addTask { (index, try await pool.run { index * index }) } }
      for try await (index, result) in group { #expect(result == index * index) }
    }
  }

  @Test func `refuses the 65th waiting job at once`() async throws {
    let pool = HashPool(threadCount: 1)
    let gate = Gate()
    await withTaskGroup(of: HashPool.Refusal?.self) { group in
      let job: @concurrent @Sendable () async -> HashPool.Refusal? = {
        do throws(HashPool.Refusal) {
          try await pool.run { gate.pass() }
          return nil
        } catch {
          return error
        }
      }
      group.addTask(operation: job)
      while gate.entered.load(ordering: .relaxed) < 1 { await Task.yield() }
      for _ in 0..<HashPool.queueMax { group.addTask(operation: job) }
      while pool.queuedCount < HashPool.queueMax { await Task.yield() }
      #expect(await job() == .full)
      gate.open()
      for await refusal in group { #expect(refusal == nil) }
    }
    pool.shutdown()
  }

  @Test func `forgets a waiting job whose task is cancelled`() async throws {
    let pool = HashPool(threadCount: 1)
    let gate = Gate()
    let running = Task { try await pool.run { gate.pass() } }
    while gate.entered.load(ordering: .relaxed) < 1 { await Task.yield() }
    let ran = Atomic(false)
    let waiting = Task { try await pool.run { ran.store(true, ordering: .relaxed) } }
    while pool.queuedCount < 1 { await Task.yield() }
    waiting.cancel()
    await #expect(throws: HashPool.Refusal.cancelled) { try await waiting.value }
    #expect(pool.queuedCount == 0)
    gate.open()
    try await running.value
    pool.shutdown()
    let hasRun = ran.load(ordering: .relaxed)
    #expect(!hasRun)
  }

  @Test func `lets a cancelled caller go while its job still runs`() async throws {
    let pool = HashPool(threadCount: 1)
    let gate = Gate()
    let running = Task { try await pool.run { gate.pass() } }
    while gate.entered.load(ordering: .relaxed) < 1 { await Task.yield() }
    running.cancel()
    await #expect(throws: HashPool.Refusal.cancelled) { try await running.value }
    gate.open()
    #expect(try await pool.run { 7 } == 7)
    pool.shutdown()
  }

  @Test func `runs only where no other thread wants the core`() async throws {
    let pool = HashPool(threadCount: 1)
    // SCHED_IDLE of sched(7).
    #expect(try await pool.run { sched_getscheduler(0) } == 5)
    pool.shutdown()
  }

  @Test func `runs nothing for a task cancelled before`() async throws {
    let pool = HashPool(threadCount: 1)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await pool.run { 1 }
    }
    await #expect(throws: HashPool.Refusal.cancelled) { try await task.value }
    pool.shutdown()
  }

  @Test func `refuses after its end`() async {
    let pool = HashPool(threadCount: 2)
    pool.shutdown()
    await #expect(throws: HashPool.Refusal.stopped) { try await pool.run { 1 } }
  }
}
