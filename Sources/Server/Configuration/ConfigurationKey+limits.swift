import HTTP2
import RPC
import Service
package import Transport

extension ConfigurationKey {
  /// What peers may ask of the server; README has the same list.
  static let limits: [ConfigurationKey] = [
    .integer(
      "limits.connections", "Connections at once.", 1...1_000_000, \.server.connectionsMax
    ).seen(in: "roster_accept_failures_total"),
    .integer("limits.streams", "Calls at once on one connection.", 1...1024, \.server.callsMax)
      .seen(in: "roster_h2_streams_active"),
    .integer(
      "limits.message_size", "Bytes of one message in.", 1024...(64 << 20),
      \.server.rpcLimits.messageSizeMax
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
