/// The loops of a process: one thread each, nothing shared between them.
package struct EventLoopGroup: Sendable {
  package let loops: [EventLoop]

  /// Makes `count` loops (at least one) and starts their threads; on processors 0, 1, … when
  /// `isPinned`.
  /// - Throws: when the process has no descriptors left.
  package init(count: Int, isPinned: Bool = false) throws(SystemError) {
    var loops: [EventLoop] = []
    for index in 0..<max(1, count) {
      loops.append(try EventLoop(index: index))
    }
    for loop in loops {
      loop.start(processor: isPinned ? loop.index : nil)
    }
    self.loops = loops
  }

  /// Ends the loops after their current turns.
  package func stop() {
    for loop in loops { loop.stop() }
  }
}

extension EventLoop {
  /// Runs `body` on the loop and returns once it has run. From anywhere but this loop.
  package func perform(_ body: @escaping @Sendable () -> Void) async {
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      execute {
        body()
        continuation.resume()
      }
    }
  }

  /// Runs `body` as a task of this loop and waits for it, from a task of anywhere.
  package func run<Success: Sendable>(
    _ body: @escaping @Sendable () async throws -> Success
  ) async throws -> Success {
    try await Task(executorPreference: self) { try await body() }.value
  }
}
