package import EventLoop
package import Logging
package import Metrics
package import RPC
package import Transport

/// What the transport tells of connections and calls, as metrics and as lines of the log. It makes
/// one ``LoopObserver`` for each loop; what concerns none is told to that of the first.
package final class EdgeObserver: ServerObserver {
  let registry: MetricRegistry
  let logger: Logger
  let switches: LogSwitches
  let methods: [Method]
  /// One a loop.
  private let loopObservers: [LoopObserver]

  /// - Parameter methods: in the order of the router that calls go by.
  package init(
    _ registry: MetricRegistry, _ logger: Logger, _ switches: LogSwitches, methods: [Method],
    loops: [EventLoop]
  ) {
    self.registry = registry
    self.logger = logger
    self.switches = switches
    self.methods = methods
    loopObservers = loops.map {
      LoopObserver($0, registry, logger, switches, methods: methods)
    }
  }

  package func observer(on loop: EventLoop) -> any ServerObserver {
    loopObservers.first { $0.loop === loop } ?? loopObservers[0]
  }

  /// Tells of lines that were left out; on `loop`, now and then.
  package func tellUntold(on loop: EventLoop) {
    loopObservers.first { $0.loop === loop }?.tellUntold()
  }

  package func connectionEnded(peer: String, _ end: ConnectionEnd) {
    first { $0.connectionEnded(peer: peer, end) }
  }

  package func callEnded(_ call: ServerCall, _ status: StatusCode) {
    first { $0.callEnded(call, status) }
  }

  package func requestRefused(peer: String, path: String, _ status: Status) {
    first { $0.requestRefused(peer: peer, path: path, status) }
  }

  /// Listeners live on the first loop.
  package func acceptFailed(_ reason: String) {
    first { $0.acceptFailed(reason) }
  }

  package func connectionsRefused(_ count: Int) {
    first { $0.connectionsRefused(count) }
  }

  private func first(_ body: @escaping @Sendable (LoopObserver) -> Void) {
    let observer = loopObservers[0]
    if observer.loop.isCurrent {
      body(observer)
    } else {
      observer.loop.execute { body(observer) }
    }
  }
}
