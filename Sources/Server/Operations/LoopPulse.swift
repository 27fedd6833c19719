import EventLoop

/// Beats twice a second on one loop: says that it turns, and publishes what only it may read.
final class LoopPulse: @unchecked Sendable {
  // Safety: `duties` are confined to `loop`.
  static let interval = Duration.milliseconds(500)

  let loop: EventLoop
  private let state: ServingState
  private var duties: [@Sendable () -> Void] = []

  /// Beats for as long as the process lives.
  init(_ loop: EventLoop, _ state: ServingState) {
    self.loop = loop
    self.state = state
    loop.execute { [self] in beat() }
  }

  /// Does `duty` with every beat from now on; from any thread.
  func add(_ duty: @escaping @Sendable () -> Void) {
    loop.execute { [self] in duties.append(duty) }
  }

  private func beat() {
    state.noteTurn(ofLoop: loop.index, at: loop.now)
    for duty in duties { duty() }
    loop.schedule(after: Self.interval) { [self] in beat() }
  }
}
