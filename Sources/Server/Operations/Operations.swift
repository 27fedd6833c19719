import EventLoop
import Logging
import Metrics
import Transport

/// What operators look at while the process runs, there from its first moment on.
struct Operations: Sendable {
  let registry = MetricRegistry()
  let state: ServingState
  let pages: AdminPages
  /// One a loop, in the order of the loops.
  let pulses: [LoopPulse]
  let reloads: ReloadMetrics
  let expiries: ExpiryMetrics

  init(_ group: EventLoopGroup) {
    state = ServingState(loopCount: group.loops.count)
    pages = AdminPages(registry, state)
    pulses = group.loops.map { [state] in LoopPulse($0, state) }
    reloads = ReloadMetrics(registry)
    expiries = ExpiryMetrics(registry)
    ProcessMetrics.register(in: registry)
  }

  /// Opens the admin port. Blocks the calling thread, which must be none of a loop.
  /// - Throws: ``ListenFailure``.
  func listen(on address: SocketAddress, loopIndex: Int, _ logger: Logger) throws {
    let loop = try EventLoop(index: loopIndex)
    loop.start()
    let server = AdminServer(loop: loop) { [pages] in pages.answer($0) }
    do {
      let bound = try waiting(on: loop) { try await server.listen(on: address) }
      logger.notice("admin_listening", metadata: ["address": .string(bound.description)])
    } catch {
      throw ListenFailure(
        address: address, error: error as? SystemError,
        remedy: "set admin.listen to another address, or to off")
    }
  }
}

/// How often settings were taken up, by the main thread.
struct ReloadMetrics: Sendable {
  let applied: Counter
  let refused: Counter

  init(_ registry: MetricRegistry) {
    let family = MetricFamily(
      "roster_config_reload", .counter, "SIGHUPs, by what became of the settings.",
      labels: ["result"])
    applied = registry.counter(family, "applied")
    refused = registry.counter(family, "refused")
  }
}
