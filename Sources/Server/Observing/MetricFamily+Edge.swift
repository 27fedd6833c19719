import Metrics

/// What connections and calls are counted by. The first four are those of grpc-prometheus, whose
/// dashboards then fit.
extension MetricFamily {
  private static let callLabels = ["grpc_type", "grpc_service", "grpc_method"]

  static let callsStarted = MetricFamily(
    "grpc_server_started", .counter, "Calls whose handler started.", labels: callLabels)
  static let callsHandled = MetricFamily(
    "grpc_server_handled", .counter, "Calls answered, those refused before a handler included.",
    labels: callLabels + ["grpc_code"])
  static let callSeconds = latency(
    "grpc_server_handling_seconds", "From a handler's start to its end.", labels: callLabels,
    hasExemplars: true)
  static let deadlines = MetricFamily(
    "roster_deadline_exceeded", .counter, "Calls whose deadline passed, by where they were.",
    labels: ["stage"])

  static let connections = MetricFamily(
    "roster_h2_connections", .gauge, "Connections.", labels: ["state"])
  static let streams = MetricFamily(
    "roster_h2_streams_active", .gauge, "Calls whose handlers run.")
  static let connectionEnds = MetricFamily(
    "roster_h2_connections_ended", .counter, "Connections that ended.", labels: ["reason"])
  static let protocolErrors = MetricFamily(
    "roster_h2_protocol_errors", .counter, "Connections ended for what their peer did.",
    labels: ["kind"])
  static let connectionsRefused = MetricFamily(
    "roster_h2_connections_refused", .counter, "Connections beyond limits.connections.")
  static let resetsSent = MetricFamily(
    "roster_h2_rst_sent", .counter, "RST_STREAM to peers, of connections that have ended.")
  static let resetsReceived = MetricFamily(
    "roster_h2_rst_received", .counter, "RST_STREAM of peers, of connections that have ended.")
  static let goaways = MetricFamily(
    "roster_h2_goaway", .counter, "GOAWAYs, by why they were sent.", labels: ["reason"])
  static let floods = MetricFamily(
    "roster_h2_flood_closed", .counter, "Connections ended for too much of one thing.",
    labels: ["vector"])
  static let slowStreams = MetricFamily(
    "roster_h2_slow_streams", .counter, "Streams reset, for their peer was too slow.",
    labels: ["side"])
  static let memoryRefusals = MetricFamily(
    "roster_h2_memory_refused", .counter, "Calls refused since connections hold too much.")
  static let acceptFailures = MetricFamily(
    "roster_accept_failures", .counter, "Connections that could not be taken.")

  static let handshakeSeconds = latency(
    "roster_tls_handshake_seconds", "From accept to the end of a TLS handshake that succeeded.")
  static let handshakeFailures = MetricFamily(
    "roster_tls_handshake_failures", .counter, "TLS handshakes that came to nothing.",
    labels: ["reason"])

  static let shed = MetricFamily(
    "roster_shed", .counter, "Calls turned away since others waited too long.",
    labels: ["class", "reason"])
  static let queueSeconds = latency(
    "roster_admission_queue_seconds", "What calls wait for, ten times a second.",
    labels: ["class"])
  static let quotaRefusals = MetricFamily(
    "roster_quota_refused", .counter, "Calls beyond the quota of their caller.")
}
