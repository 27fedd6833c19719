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
    "grpc_server_handling_seconds", "From a handler's start to its end.", labels: callLabels)
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
  static let acceptFailures = MetricFamily(
    "roster_accept_failures", .counter, "Connections that could not be taken.")

  static let shed = MetricFamily(
    "roster_shed", .counter, "Calls turned away since others waited too long.",
    labels: ["class", "reason"])
  static let queueSeconds = latency(
    "roster_admission_queue_seconds", "What calls wait for, ten times a second.",
    labels: ["class"])
  static let quotaRefusals = MetricFamily(
    "roster_quota_refused", .counter, "Calls beyond the quota of their caller.")
}
