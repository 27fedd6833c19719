import HTTP2
import RPC
import Service
package import Transport

extension ConfigurationKey {
  /// What peers may ask of the server; README has the same list.
  static let limits: [ConfigurationKey] = calls + connections + handshakes + memory + headers

  private static let calls: [ConfigurationKey] = [
    .integer("limits.streams", "Calls at once on one connection.", 1...1024, \.server.callsMax)
      .seen(in: "roster_h2_streams_active"),
    .integer(
      "limits.message_size", "Bytes of one message in, where its method names no limit.",
      1024...(64 << 20),
      \.server.rpcLimits.messageSizeMax
    ).seen(in: "grpc_server_handled_total"),
    .integer(
      "limits.inflated_size", "Bytes of decompressed requests on one connection.",
      (1 << 20)...(1 << 30), \.server.rpcLimits.inflatedSizeMax
    ).seen(in: "grpc_server_handled_total"),
    .integer(
      "limits.unread_body", "Bytes that may follow an early answer to Connect or gRPC-Web.",
      0...(1 << 30), \.server.rpcLimits.unreadBodySizeMax
    ).seen(in: "grpc_server_handled_total"),
    .integer(
      "limits.trailers", "Bytes of the trailers of one answer.", 1024...65_536,
      \.server.rpcLimits.trailersSizeMax
    ).seen(in: "grpc_server_handled_total"),
    .duration(
      "limits.queue_wait", "How long calls may wait before the lowest class is turned away.",
      .milliseconds(10)...(.seconds(60)), \.server.queueWaitMax
    ).seen(in: "roster_shed_total"),
    .integer(
      "quotas.calls_per_second", "Calls a second of one service identity; 0 is any number.",
      0...10_000_000, \.quotas.callsPerSecond
    ).seen(in: "roster_quota_refused_total"),
    .integer(
      "quotas.burst", "Calls at once of one identity; 0 is as many as in a second.",
      0...10_000_000, \.quotas.burst
    ).seen(in: "roster_quota_refused_total"),
  ]

  private static let connections: [ConfigurationKey] = [
    .integer(
      "limits.connections", "Connections at once.", 1...1_000_000, \.server.connectionsMax
    ).seen(in: "roster_h2_connections_refused_total"),
    .integer(
      "limits.backlog", "Connections that wait for accept.", 1...65_535, \.server.backlog
    ).seen(in: "roster_h2_connections", isHot: false),
    .time("limits.preface_timeout", "To the peer's first SETTINGS.", \.server.prefaceTimeout)
      .seen(in: protocolErrors),
    .time(
      "limits.settings_timeout", "To the acknowledgement of our SETTINGS.",
      \.server.settingsTimeout
    ).seen(in: protocolErrors),
    .time(
      "limits.header_block_timeout", "From the beginning of a header block to its end.",
      \.server.headerBlockTimeout
    ).seen(in: protocolErrors),
    .time(
      "limits.write_timeout", "An answer waits and the peer takes no byte of it.",
      \.server.writeStallTimeout
    ).seen(in: protocolErrors),
    .time(
      "limits.progress_timeout", "In which progress_size bytes must pass on a stream.",
      \.server.streamProgressTimeout
    ).seen(in: "roster_h2_slow_streams_total"),
    .integer(
      "limits.progress_size", "Bytes that must pass in progress_timeout.", 0...(1 << 20),
      \.server.streamProgressByteCount
    ).seen(in: "roster_h2_slow_streams_total"),
    .integer(
      "limits.body_rate", "Bytes a second of a request, once it has taken 10 s; 0 is any.",
      0...(1 << 20), \.server.bodyRateMin
    ).seen(in: "roster_h2_slow_streams_total"),
    .time(
      "limits.idle_timeout", "Without a call the connection ends; 0s: never.",
      \.server.idleTimeout
    ).seen(in: ends),
    .time(
      "limits.connection_age", "Within a tenth, when a connection ends; 0s: never.",
      \.server.connectionAgeMax
    ).seen(in: ends),
    .time(
      "limits.connection_age_grace", "How long its calls may go on after that.",
      \.server.connectionAgeGrace
    ).seen(in: ends),
    .time(
      "limits.drain_timeout", "From the notice to the last GOAWAY.", \.server.drainAckTimeout
    ).seen(in: ends),
    .time(
      "limits.linger", "How long a peer that broke the protocol may read why.",
      \.server.lingerTimeout
    ).seen(in: ends),
    .time(
      "limits.farewell", "How long any other may read its last answer.", \.server.farewellTimeout
    ).seen(in: ends),
    .time(
      "keepalive.time", "Without a byte of the peer it is asked for one; 0s: never.",
      \.server.keepaliveTime
    ).seen(in: protocolErrors),
    .time(
      "keepalive.timeout", "How long it may take to give one.", \.server.keepaliveTimeout
    ).seen(in: protocolErrors),
  ]

  private static let handshakes: [ConfigurationKey] = [
    .time("limits.handshake_timeout", "Of TLS, from accept.", \.server.handshakeTimeout)
      .seen(in: failures),
    .integer(
      "limits.handshakes", "TLS handshakes at once.", 1...65_536, \.server.handshakesInFlightMax
    ).seen(in: failures, isHot: false),
    .integer(
      "limits.handshakes_waiting", "Peers that wait for theirs.", 0...1_000_000,
      \.server.handshakesWaitingMax
    ).seen(in: failures, isHot: false),
    .time(
      "limits.handshake_patience", "What one may take while others wait.",
      \.server.handshakePatience
    ).seen(in: failures, isHot: false),
  ]

  private static let memory: [ConfigurationKey] = [
    .integer(
      "limits.connection_memory", "Bytes that one connection may hold, of each kind.",
      65_536...(1 << 30), \.server.connectionMemoryMax
    ).seen(in: "roster_h2_memory_refused_total"),
    .integer(
      "limits.process_memory", "Bytes that all connections may hold.", (16 << 20)...(1 << 40),
      \.server.processMemoryMax
    ).seen(in: "roster_h2_memory_refused_total", isHot: false),
    .integer(
      "limits.unsent_size", "Unsent bytes beyond which a connection is not read.",
      65_536...(1 << 30), \.server.unsentByteCountMax
    ).seen(in: "roster_h2_memory_refused_total"),
    .integer(
      "limits.queued_frames", "Unsent frames beyond which a connection is not read.",
      16...1_000_000, \.server.queuedFrameCountMax
    ).seen(in: "roster_h2_memory_refused_total"),
  ]

  static let protocolErrors = "roster_h2_protocol_errors_total"
  private static let ends = "roster_h2_connections_ended_total"
  private static let failures = "roster_tls_handshake_failures_total"
}

extension ConfigurationKey {
  /// A time of anything up to a day.
  private static func time(
    _ name: String, _ summary: String, _ property: any Property<Duration>
  ) -> Self {
    duration(name, summary, .zero...(.seconds(86_400)), property)
  }
}

extension ServerConfiguration {
  /// What holds when no setting says otherwise.
  package static let standard: ServerConfiguration = {
    var configuration = ServerConfiguration()
    // Within the descriptors that a distribution grants, beside links to PostgreSQL.
    configuration.connectionsMax = 10_000
    return configuration
  }()

  /// One number for streams that are open and for handlers that run: a cancelled call counts until
  /// its handler has ended.
  var callsMax: Int {
    get { rpcLimits.callsMax }
    set {
      rpcLimits.callsMax = newValue
      sessionLimits.concurrentStreamsMax = UInt32(clamping: newValue)
    }
  }
}
