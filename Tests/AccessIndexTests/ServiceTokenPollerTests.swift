import Domain
import EventLoop
import Postgres
import Synchronization
import Testing

@testable import AccessIndex

/// A source whose answers the test gives, one by one.
final class HandSource: ServiceTokenSource {
  struct Question: Sendable {
    let cursor: ServiceTokenCursor?
    let deadline: MonotonicInstant
    let continuation: UnsafeContinuation<Result<ServiceTokenPoll, DatabaseError>, Never>

    func answer(_ result: Result<ServiceTokenPoll, DatabaseError>) {
      continuation.resume(returning: result)
    }
  }

  private let questions = Guarded<[Question]>([])
  let count = Atomic(0)

  func poll(
    after cursor: ServiceTokenCursor?, until deadline: MonotonicInstant
  ) async throws(DatabaseError) -> ServiceTokenPoll {
    let result = await withUnsafeContinuation { continuation in
      let question = Question(cursor: cursor, deadline: deadline, continuation: continuation)
      questions.withLock { $0.append(question) }
      count.add(1, ordering: .relaxed)
    }
    return try result.get()
  }

  /// The next unanswered question.
  func next() async -> Question {
    while true {
      let question = questions.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      if let question { return question }
      await Task.yield()
    }
  }
}

@Suite struct `Polling for service tokens` {
  let clock = HandClock()
  let source = HandSource()
  let loop: EventLoop
  let tokens: ServiceTokens
  let poller: ServiceTokenPoller

  init() throws {
    clock.set(milliseconds: 1_000_000_000)
    loop = try EventLoop()
    loop.start()
    tokens = ServiceTokens(clock: { [clock] in clock.now })
    poller = ServiceTokenPoller(
      tokens, source: source, loop: loop, clock: { [clock] in clock.now })
  }

  func end() {
    poller.stop()
    loop.stop()
  }

  @Test func `asks for everything first, then for what changed since`() async throws {
    poller.start()
    let first = await source.next()
    #expect(first.cursor == nil)
    #expect(first.deadline == .milliseconds(1_000_000_500))
    async let applied = poller.pollNow()
    first.answer(.success(.sample([1: .sample()])))
    let second = await source.next()
    #expect(second.cursor == .sample())
    second.answer(.success(.sample([:])))
    #expect(await applied)
    #expect(tokens.lookup(.sample(1)) == .valid(.sample(), version: 1))
    end()
  }

  @Test func `counts the lease from the sending, not from a late answer`() async throws {
    poller.start()
    let first = await source.next()
    clock.set(milliseconds: 1_000_000_940)
    async let applied = poller.pollNow()
    first.answer(.success(.sample([1: .sample()])))
    let second = await source.next()
    // Sent at …000, answered at …940: good until …950, as if it had been answered at once.
    #expect(tokens.lookup(.sample(1)) == .valid(.sample(), version: 1))
    clock.set(milliseconds: 1_000_000_950)
    #expect(tokens.lookup(.sample(1)) == .stale)
    // Sent at …940, answered past its own lease: it extends nothing.
    clock.set(milliseconds: 1_000_001_890)
    second.answer(.success(.sample([:])))
    #expect(await applied)
    #expect(tokens.lookup(.sample(1)) == .stale)
    end()
  }

  @Test func `serves waiting calls by one poll sent after them`() async throws {
    poller.start()
    let first = await source.next()
    let waits = (0..<20).map { _ in Task { await poller.pollNow() } }
    while await loopValue({ $0.waitingCount }) < 20 { await Task.yield() }
    first.answer(.success(.sample([1: .sample()])))
    let second = await source.next()
    #expect(source.count.load(ordering: .relaxed) == 2)
    second.answer(.success(.sample([1: .sample(revokedAt: 1)])))
    for wait in waits { #expect(await wait.value) }
    #expect(tokens.lookup(.sample(1)) == .unknown)
    end()
  }

  @Test func `goes on after the database was away, whose silence ends the lease`() async throws {
    poller.start()
    await source.next().answer(.success(.sample([1: .sample()])))
    for _ in 0..<3 {
      async let applied = poller.pollNow()
      await source.next().answer(.failure(.unavailable(reason: "connection refused")))
      #expect(await !applied)
    }
    #expect(tokens.lookup(.sample(1)) == .valid(.sample(), version: 1))
    clock.set(milliseconds: 1_000_000_950)
    #expect(tokens.lookup(.sample(1)) == .stale)
    async let applied = poller.pollNow()
    await source.next().answer(.success(.sample([:])))
    #expect(await applied)
    #expect(tokens.lookup(.sample(1)) == .valid(.sample(), version: 1))
    end()
  }

  @Test func `asks for everything at once in a new epoch`() async throws {
    poller.start()
    await source.next().answer(.success(.sample([1: .sample()])))
    async let applied = poller.pollNow()
    let second = await source.next()
    #expect(second.cursor != nil)
    second.answer(.success(.sample([:], epoch: 2)))
    let third = await source.next()
    #expect(third.cursor == nil)
    #expect(await !applied)
    #expect(tokens.lookup(.sample(1)) == .stale)
    third.answer(.success(.sample([:], epoch: 2)))
    end()
  }

  @Test func `answers false to those who wait when it is stopped`() async throws {
    poller.start()
    let first = await source.next()
    let wait = Task { await poller.pollNow() }
    while await loopValue({ $0.waitingCount }) < 1 { await Task.yield() }
    poller.stop()
    #expect(await !wait.value)
    first.answer(.failure(.cancelled))
    #expect(await !poller.pollNow())
    loop.stop()
  }

  func loopValue(_ body: @escaping @Sendable (ServiceTokenPoller) -> Int) async -> Int {
    await withUnsafeContinuation { continuation in
      loop.execute { [poller] in continuation.resume(returning: body(poller)) }
    }
  }
}
