import Glibc
import Synchronization
import Testing

@testable import EventLoop

@Suite struct `An event loop` {
  private func withLoop(_ body: (EventLoop) async throws -> Void) async throws {
    let loop = try EventLoop()
    loop.start()
    defer { loop.stop() }
    try await body(loop)
  }

  @Test func `runs a task on its own thread, before and after each suspension`() async throws {
    try await withLoop { loop in
      let stayed = try await loop.run {
        var stayed = loop.isCurrent
        for _ in 0..<100 {
          await Task.yield()
          stayed = stayed && loop.isCurrent
        }
        try await loop.sleep(for: .milliseconds(2))
        return stayed && loop.isCurrent
      }
      #expect(stayed)
      #expect(!loop.isCurrent)
    }
  }

  @Test func `wakes for work from other threads, each piece exactly once`() async throws {
    try await withLoop { loop in
      let counter = Counter()
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            for _ in 0..<2_000 {
              await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                loop.execute {
                  counter.value.add(1, ordering: .relaxed)
                  continuation.resume()
                }
              }
            }
          }
        }
      }
      #expect(counter.value.load(ordering: .relaxed) == 16_000)
    }
  }

  @Test func `ends a sleep at once when its task is cancelled`() async throws {
    try await withLoop { loop in
      // The instant at which the sleep was cut short; nil when it went on to its end.
      let task = Task(executorPreference: loop) { () -> MonotonicInstant? in
        do {
          try await loop.sleep(for: .seconds(600))
          return nil
        } catch {
          return MonotonicInstant.now()
        }
      }
      let cancelled = MonotonicInstant.now()
      task.cancel()
      let ended = try #require(await task.value)
      // Both by the loop's own thread: other tests may keep this task waiting for long.
      #expect(ended - cancelled < .seconds(30))
    }
  }

  @Test func `never ends a sleep early`() async throws {
    try await withLoop { loop in
      for milliseconds in [0, 1, 3, 7, 20] {
        let early = try await loop.run {
          let deadline = MonotonicInstant.now().advanced(by: .milliseconds(milliseconds))
          try await loop.sleep(until: deadline)
          return MonotonicInstant.now() < deadline
        }
        #expect(!early)
      }
    }
  }

  @Test func `tells a handler that its descriptor is readable, and nothing after deregistering`()
    async throws
  {
    try await withLoop { loop in
      var ends: [CInt] = [0, 0]
      #expect(pipe(&ends) == 0)
      let (reading, writing) = (ends[0], ends[1])
      defer {
        close(reading)
        close(writing)
      }
      let bytes = await withUnsafeContinuation { (continuation: UnsafeContinuation<Int, Never>) in
        loop.execute {
          let reader = PipeReader(descriptor: reading, loop: loop, continuation)
          reader.registration = try? loop.register(reading, .readable, reader)
          _ = write(writing, "hello", 5)
        }
      }
      #expect(bytes == 5)
    }
  }

  @Test func `hands out queries before replies, once in a turn`() async throws {
    try await withLoop { loop in
      let order = try await loop.run {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<[String], Never>) in
          let recorder = FlushRecorder(continuation)
          // Timers fire at the start of a turn; this task may run in the middle of one.
          loop.schedule(after: .milliseconds(1)) {
            loop.requestFlush(FlushStep("reply", recorder), .replies)
            loop.requestFlush(FlushStep("query", recorder), .queries)
            loop.requestFlush(FlushStep("last", recorder, isLast: true), .replies)
          }
        }
      }
      #expect(order == ["query", "reply", "last"])
    }
  }
}

private final class Counter: Sendable {
  let value = Atomic<Int>(0)
}

private final class PipeReader: ReadinessHandler {
  private let descriptor: CInt
  private let loop: EventLoop
  private let continuation: UnsafeContinuation<Int, Never>
  var registration: Registration?

  init(descriptor: CInt, loop: EventLoop, _ continuation: UnsafeContinuation<Int, Never>) {
    self.descriptor = descriptor
    self.loop = loop
    self.continuation = continuation
  }

  func ready(_ readiness: Readiness) {
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = read(descriptor, &buffer, buffer.count)
    if let registration { loop.deregister(registration) }
    continuation.resume(returning: count)
  }
}

private final class FlushRecorder {
  var order: [String] = []
  let continuation: UnsafeContinuation<[String], Never>

  init(_ continuation: UnsafeContinuation<[String], Never>) {
    self.continuation = continuation
  }
}

private final class FlushStep: Flushable {
  private let name: String
  private let recorder: FlushRecorder
  private let isLast: Bool

  init(_ name: String, _ recorder: FlushRecorder, isLast: Bool = false) {
    self.name = name
    self.recorder = recorder
    self.isLast = isLast
  }

  func flush() {
    recorder.order.append(name)
    if isLast { recorder.continuation.resume(returning: recorder.order) }
  }
}
