import CSchema
import EventLoop
import Glibc
import HTTP2
import Logging
import Metrics
import RPC
import Transport

/// The listeners of this process, what they answer, and how they end.
final class Listening: Sendable {
  /// With the ports in force.
  let addresses: [SocketAddress]
  private let health: HealthState
  private let transport: TransportServer
  private let state: ServingState
  private let logger: Logger

  /// Begins to answer on every address of the configuration.
  /// - Throws: ``ListenFailure``, with the address and the remedy.
  static func start(
    _ configuration: Configuration, methods: [Method], _ credentials: TLSCredentials?,
    _ ground: ServingGround, queueWaits: @escaping QueueProbe
  ) async throws -> Listening {
    let (group, logger, operations) = (ground.group, ground.logger, ground.operations)
    let services = Router(methods).services
    let health = HealthState(services: services)
    var methods = methods + HealthService(health).methods
    if configuration.reflection { methods += try reflection(of: services) }
    let router = Router(methods, health: health)
    let observer = EdgeObserver(
      operations.registry, logger, ground.switches, methods: router.methods, loops: group.loops)
    let transport = TransportServer(
      group: group, router: router, configuration: limits(configuration, logger),
      observer: observer, queueWaits: queueWaits)
    for pulse in operations.pulses {
      pulse.add { [loop = pulse.loop] in observer.tellUntold(on: loop) }
    }
    operations.registry.ask(.streams) { [weak transport] in Double(transport?.callCount ?? 0) }
    var addresses: [SocketAddress] = []
    for address in configuration.listen {
      do {
        addresses.append(
          try await transport.listen(
            on: address, security: configuration.security(credentials)))
      } catch let fault as TLSFault {
        throw fault
      } catch {
        throw ListenFailure(
          address: address, error: error as? SystemError,
          remedy: "listen on another port")
      }
    }
    health.setAll(.serving)
    operations.state.phase = .serving
    return Listening(addresses, health, transport, operations.state, logger)
  }

  private static func limits(
    _ configuration: Configuration, _ logger: Logger
  ) -> ServerConfiguration {
    var limits = configuration.server
    limits.rpcLimits.crossOrigin.requestHeaders = ["roster-session", "roster-user", "traceparent"]
    limits.rpcLimits.crossOrigin.responseHeaders = ["roster-trace-id", "trailer-roster-trace-id"]
    limits.connectionsMax = DescriptorBudget.connectionsMax(
      asked: limits.connectionsMax, databaseMax: configuration.database.totalMax, logger)
    return limits
  }

  /// Takes up what may change while it listens.
  /// - Returns: open connections that end, since their clients' certificates no longer hold.
  /// - Throws: what is wrong with the credentials; nothing was changed then.
  func reconfigure(
    _ configuration: Configuration, _ credentials: TLSCredentials?
  ) async throws(TLSFault) -> Int {
    var drainedCount = 0
    if let credentials { drainedCount = try await transport.reloadTLS(credentials) }
    transport.reconfigure(Self.limits(configuration, logger))
    return drainedCount
  }

  private init(
    _ addresses: [SocketAddress], _ health: HealthState, _ transport: TransportServer,
    _ state: ServingState, _ logger: Logger
  ) {
    self.addresses = addresses
    self.health = health
    self.transport = transport
    self.state = state
    self.logger = logger
  }

  private static func reflection(of services: Set<String>) throws -> [Method] {
    let set = UnsafeBufferPointer(
      start: roster_descriptor_set(), count: roster_descriptor_set_size())
    let names = services.union([HealthService.name]).union(ReflectionService.names)
    return try ReflectionService(descriptorSet: Array(set), services: Array(names)).methods
  }

  /// Ends what listens, so that no call in flight is lost: not ready, `notice` for balancers to
  /// see it, GOAWAY twice, `finish` for the calls in flight (R-DRN-1).
  /// - Returns: whether a second signal cut it short.
  func drain(_ settings: ShutdownSettings, _ signals: ProcessSignals) -> Bool {
    logger.notice("draining", metadata: ["calls": .stringConvertible(transport.callCount)])
    state.phase = .draining
    health.setAll(.notServing)
    let end = ContinuousClock.now + settings.notice
    while ContinuousClock.now < end {
      if signals.next(within: end - ContinuousClock.now) == .end { return true }
    }
    health.endWatches()
    let outcome = Outcome<Void>(wakes: true)
    Task { [transport] in
      await transport.shutdown(within: settings.finish)
      outcome.settle(.success(()))
    }
    return outcome.wait(signals) == nil
  }
}

/// Why an address can't be listened on, with the remedy.
struct ListenFailure: Error, CustomStringConvertible {
  let address: SocketAddress
  let error: SystemError?
  /// When another process has it.
  let remedy: String

  var description: String {
    guard let error else { return "\(address) can't be listened on" }
    return switch error.code {
    case EADDRINUSE: "\(address) is taken by another process; \(remedy)"
    case EACCES: "\(address) needs rights that this user lacks; listen on a port from 1024 up"
    case EADDRNOTAVAIL: "\(address) is no address of this machine"
    default: "\(address) can't be listened on: \(error)"
    }
  }
}
