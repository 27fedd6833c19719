package import EventLoop
package import Metrics
import Synchronization
package import Transport

/// What the admin port answers. Nothing of it is secret, and nothing changes by asking.
package final class AdminPages: Sendable {
  package static let paths = ["/configz", "/livez", "/metrics", "/readyz", "/startupz"]

  private let registry: MetricRegistry
  private let state: ServingState
  private let settings = Mutex("")
  private let now: @Sendable () -> MonotonicInstant

  package init(
    _ registry: MetricRegistry, _ state: ServingState,
    now: @escaping @Sendable () -> MonotonicInstant = { .now() }
  ) {
    self.registry = registry
    self.state = state
    self.now = now
  }

  /// Takes over what `/configz` shows.
  /// - Parameter report: without secrets.
  package func show(settings report: String) {
    settings.withLock { $0 = report }
  }

  package func answer(_ request: AdminRequest) -> AdminAnswer {
    switch request.path {
    case "/metrics":
      AdminAnswer(
        200, "OK", contentType: MetricRegistry.contentType, body: registry.openMetrics())
    case "/livez": Self.verdict(state.livenessFaults(at: now()))
    case "/readyz": Self.verdict(state.readinessFaults(at: now()))
    case "/startupz": Self.verdict(state.startFaults)
    case "/configz": AdminAnswer(200, "OK", text: settings.withLock { $0 })
    default:
      AdminAnswer(
        404, "Not Found", text: "here are \(Self.paths.joined(separator: ", "))\n")
    }
  }

  private static func verdict(_ faults: [String]) -> AdminAnswer {
    faults.isEmpty
      ? AdminAnswer(200, "OK", text: "ok\n")
      : AdminAnswer(503, "Service Unavailable", text: faults.map { $0 + "\n" }.joined())
  }
}
