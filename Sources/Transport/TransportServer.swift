package import EventLoop
package import RPC
internal import Synchronization

/// gRPC over HTTP/2 on the loops of a group: listeners, connections, drain.
package final class TransportServer: Sendable {
  private let group: EventLoopGroup
  private let homes: [LoopHome]
  private let configuration: ServerConfiguration
  private let observer: any ServerObserver
  private let census = Census()
  private let listeners = Mutex<[Listener]>([])

  package init(
    group: EventLoopGroup, router: Router, configuration: ServerConfiguration,
    observer: any ServerObserver
  ) {
    self.group = group
    self.configuration = configuration
    self.observer = observer
    let census = self.census
    homes = group.loops.map { loop in
      LoopHome(
        loop: loop, router: router, configuration: configuration, observer: observer,
        census: census)
    }
  }

  /// Accepts connections on `address` from now on; returns the address with the port in force.
  /// - Throws: `bind` with EADDRINUSE when another process has the port, and the like.
  package func listen(on address: SocketAddress) async throws -> SocketAddress {
    let loop = group.loops[0]
    let (homes, configuration, observer) = (homes, configuration, observer)
    let listener = try await loop.run {
      let listener = try Listener(
        address, on: loop, homes: homes, configuration: configuration, observer: observer)
      try listener.begin()
      return listener
    }
    listeners.withLock { $0.append(listener) }
    return listener.boundAddress
  }

  /// Gives every loop new limits. Connections that are open keep those of their session, which they
  /// have told their peers; timers armed from now on are the new ones.
  package func reconfigure(_ configuration: ServerConfiguration) {
    for home in homes { home.loop.execute { home.configuration = configuration } }
    let loop = group.loops[0]
    let listening = listeners.withLock { $0 }
    loop.execute {
      for listener in listening { listener.connectionsMax = configuration.connectionsMax }
    }
  }

  /// Connections that are open now.
  package var connectionCount: Int { census.count }

  /// Calls whose handlers run now.
  package var callCount: Int {
    homes.reduce(0) { $0 + $1.load.streamCount.load(ordering: .relaxed) }
  }

  /// Stops accepting, says goodbye to every peer (RFC 9113 §6.8: a first GOAWAY, then the last
  /// stream id), and returns when the calls in flight have ended or `limit` has passed; what still
  /// runs then is cancelled.
  package func shutdown(within limit: Duration) async {
    let closing = listeners.withLock { listeners in
      defer { listeners = [] }
      return listeners
    }
    let loop = group.loops[0]
    // Waited for: a connection accepted after this would be cut off without a word.
    await loop.perform { for listener in closing { listener.close() } }
    for home in homes { home.loop.execute { home.beginDrain() } }
    let homes = self.homes
    let cutOff = Task(executorPreference: loop) {
      do {
        try await loop.sleep(for: limit)
      } catch {
        return
      }
      for home in homes { home.loop.execute { home.closeAll() } }
    }
    await census.waitUntilEmpty()
    cutOff.cancel()
  }
}
