package import HTTP2
package import RPC

/// The limits of a server's connections (decisions 8).
package struct ServerConfiguration: Sendable {
  /// Connections that wait for `accept` in the kernel.
  package var backlog: Int32 = 1_024
  /// Connections at once, over all listeners; one more is closed at once.
  package var connectionsMax = 16_384
  /// How long the calls of a class may wait, for their bytes to be read or for PostgreSQL, before
  /// calls of the lowest class are turned away with UNAVAILABLE, then those of the next
  /// (`roster_shed_total`). Health, reflection and checks never are.
  package var queueWaitMax: Duration = .milliseconds(100)
  /// From accept to the end of the TLS handshake, the wait for its turn included.
  package var handshakeTimeout: Duration = .seconds(5)
  /// TLS handshakes at once, split evenly over the loops. The next ones wait, unread.
  package var handshakesInFlightMax = 64
  /// Peers that have begun a TLS handshake and wait for their turn, split evenly over the loops;
  /// one more is closed at once.
  package var handshakesWaitingMax = 1_024
  /// How long a TLS handshake may take while others wait for its place.
  package var handshakePatience: Duration = .seconds(1)
  /// From accept, or from the end of the TLS handshake, to the peer's first SETTINGS.
  package var prefaceTimeout: Duration = .seconds(5)
  /// From our SETTINGS to the peer's acknowledgement.
  package var settingsTimeout: Duration = .seconds(10)
  /// An answer is waiting and the peer takes no byte of it.
  package var writeStallTimeout: Duration = .seconds(60)
  /// From the beginning of a header block to its end.
  package var headerBlockTimeout: Duration = .seconds(5)
  /// In this time at least `streamProgressByteCount` octets must pass on a stream whose message
  /// the peer has begun, or whose answer it keeps waiting by the stream's window, or the stream is
  /// reset. On a connection whose answers it keeps waiting by the connection's window, in
  /// `writeStallTimeout`, or the connection ends.
  package var streamProgressTimeout: Duration = .seconds(30)
  package var streamProgressByteCount = 16 << 10
  /// Octets a second, on the average, of a message that the peer has begun, once it has taken ten
  /// seconds; 0 for any.
  package var bodyRateMin = 1 << 10
  /// Without a call for this long, the connection says goodbye; zero: never.
  package var idleTimeout: Duration = .seconds(15 * 60)
  /// The age, within a tenth, at which a connection says goodbye; zero: never.
  package var connectionAgeMax: Duration = .seconds(30 * 60)
  /// How long calls may go on after that; what still runs then ends UNAVAILABLE.
  package var connectionAgeGrace: Duration = .seconds(30)
  /// Without an octet from the peer for this long, it is asked for a sign of life; zero: never.
  package var keepaliveTime: Duration = .seconds(2 * 60 * 60)
  /// How long it may take to give one.
  package var keepaliveTimeout: Duration = .seconds(20)
  /// From 0 to 1: where in that tenth the age of the next connection lies.
  package var ageJitter: @Sendable () -> Double = { .random(in: 0...1) }
  /// What all connections may hold of requests and answers, together, in octets. Past it large
  /// messages are refused RESOURCE_EXHAUSTED, and the connections that hold most are closed.
  package var processMemoryMax = 1 << 30
  /// From the notice of a drain to the last GOAWAY, when the peer does not acknowledge it.
  package var drainAckTimeout: Duration = .seconds(5)
  /// After the last byte to a peer that broke the protocol, so that it reads the reason before a
  /// TCP reset destroys it.
  package var lingerTimeout: Duration = .seconds(1)
  /// As `lingerTimeout`, for a peer that broke nothing: it may still be reading its last answer.
  package var farewellTimeout: Duration = .seconds(5)
  /// Unsent octets of one connection beyond which nothing more is read from it.
  package var unsentByteCountMax = 1 << 20
  /// Frames that wait to be made, beyond which nothing more is read from a peer that is behind.
  package var queuedFrameCountMax = 1_000

  /// The least time between two PINGs of a peer that gets no answers between them.
  package var pingMinTime: Duration {
    get { sessionLimits.abuse.pingMinTime }
    set { sessionLimits.abuse.pingMinTime = newValue }
  }
  /// What one connection may hold of requests that no handler has taken, in octets; as much of
  /// large messages under way, or one of them; and as much of answers that the peer does not take,
  /// before the next handler starts.
  package var connectionMemoryMax: Int {
    get { sessionLimits.connectionBufferMax }
    set {
      sessionLimits.connectionBufferMax = newValue
      rpcLimits.assemblySizeMax = newValue
      rpcLimits.unsentSizeMax = newValue
    }
  }

  package var rpcLimits: ServerLimits
  package var sessionLimits: SessionLimits

  package init(
    rpcLimits: ServerLimits = ServerLimits(), sessionLimits: SessionLimits = SessionLimits()
  ) {
    self.rpcLimits = rpcLimits
    self.sessionLimits = sessionLimits
  }
}
