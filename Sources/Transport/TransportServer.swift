package import EventLoop
package import RPC
internal import Synchronization

/// Tells how long calls wait for what is behind a loop; called on that loop, ten times a second
/// while it serves. `now` is in nanoseconds of `MonotonicInstant`.
package typealias QueueProbe = @Sendable (_ loop: EventLoop, _ now: UInt64) -> QueueWaits

/// gRPC over HTTP/2 on the loops of a group: listeners, connections, drain.
package final class TransportServer: Sendable {
  private let group: EventLoopGroup
  private let homes: [LoopHome]
  private let configuration: ServerConfiguration
  private let observer: any ServerObserver
  private let census: Census
  private let listeners = Mutex<[Listener]>([])
  /// What each listener of TLS demands; their contexts are at the homes, in the same order.
  private let tlsListeners = Mutex<[ClientCertificates]>([])

  /// - Parameter queueWaits: what waits behind each loop, beyond the sockets that it reads.
  package init(
    group: EventLoopGroup, router: Router, configuration: ServerConfiguration,
    observer: any ServerObserver, queueWaits: @escaping QueueProbe = { _, _ in QueueWaits() }
  ) {
    self.group = group
    self.configuration = configuration
    self.observer = observer
    let census = Census(
      loopCount: group.loops.count, memoryMax: configuration.processMemoryMax)
    self.census = census
    homes = group.loops.map { loop in
      LoopHome(
        loop: loop, router: router, configuration: configuration, observer: observer,
        census: census, queueWaits: queueWaits)
    }
    for home in homes { census.add(home) }
  }

  /// Accepts connections on `address` from now on; returns the address with the port in force.
  /// - Throws: `bind` with EADDRINUSE when another process has the port, and the like; a `TLSFault`
  ///   when clients' certificates are required and the credentials name no authority.
  package func listen(
    on address: SocketAddress, security: ListenerSecurity = .plaintext
  ) async throws -> SocketAddress {
    let loop = group.loops[0]
    let (homes, configuration, observer) = (homes, configuration, observer)
    let tlsListener = try await install(security)
    let listener = try await loop.run {
      let listener = try Listener(
        address, on: loop, homes: homes, configuration: configuration, observer: observer,
        tlsListener: tlsListener)
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

  /// Gives every loop its context.
  private func install(_ security: ListenerSecurity) async throws(TLSFault) -> Int? {
    guard case .tls(let credentials, let clientCertificates) = security else { return nil }
    for home in homes {
      let context = try TLSContext(
        credentials, requiresClientCertificates: clientCertificates == .required)
      await home.loop.perform { home.addTLS(context) }
    }
    return tlsListeners.withLock { listeners in
      listeners.append(clientCertificates)
      return listeners.count - 1
    }
  }

  /// Handshakes on every listener of TLS use these credentials from now on; open connections go on
  /// with what they agreed on. Not to be called while another `listen` or `reloadTLS` runs.
  /// - Returns: how many open connections are being drained, since their clients' certificates
  ///   would be refused now: revoked, or of an authority that is gone.
  /// - Throws: what is wrong with them; nothing was changed then.
  package func reloadTLS(_ credentials: TLSCredentials) async throws(TLSFault) -> Int {
    let demands = tlsListeners.withLock { $0 }
    var prepared: [[TLSContext]] = []
    for _ in homes {
      var contexts: [TLSContext] = []
      for demand in demands {
        contexts.append(
          try TLSContext(credentials, requiresClientCertificates: demand == .required))
      }
      prepared.append(contexts)
    }
    let drained = Atomic(0)
    for (home, contexts) in zip(homes, prepared) {
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        home.loop.execute {
          drained.add(home.replaceTLS(contexts), ordering: .relaxed)
          continuation.resume()
        }
      }
    }
    return drained.load(ordering: .relaxed)
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
