import CSchema
package import EventLoop
import Glibc
import HTTP2
package import Logging
package import RPC
package import Transport

/// The listeners of this process, what they answer, and how they end.
package final class Listening: Sendable {
  /// With the ports in force.
  package let addresses: [SocketAddress]
  private let health: HealthState
  private let transport: TransportServer
  private let logger: Logger

  /// Begins to answer on every address of the configuration.
  /// - Throws: ``ListenFailure``, with the address and the remedy.
  package static func start(
    _ configuration: Configuration, methods: [Method], group: EventLoopGroup, logger: Logger
  ) async throws -> Listening {
    let services = Router(methods).services
    let health = HealthState(services: services)
    var methods = methods + HealthService(health).methods
    if configuration.reflection { methods += try reflection(of: services) }
    var limits = ServerConfiguration(configuration)
    limits.connectionsMax = DescriptorBudget.connectionsMax(
      asked: limits.connectionsMax, databaseMax: configuration.database.totalMax, logger)
    let transport = TransportServer(
      group: group, router: Router(methods), configuration: limits, observer: EdgeLog(logger))
    var addresses: [SocketAddress] = []
    for address in configuration.listen {
      do {
        addresses.append(try await transport.listen(on: address))
      } catch {
        throw ListenFailure(address: address, error: error as? SystemError)
      }
    }
    health.setAll(.serving)
    return Listening(addresses, health, transport, logger)
  }

  private init(
    _ addresses: [SocketAddress], _ health: HealthState, _ transport: TransportServer,
    _ logger: Logger
  ) {
    self.addresses = addresses
    self.health = health
    self.transport = transport
    self.logger = logger
  }

  private static func reflection(of services: Set<String>) throws -> [Method] {
    let set = UnsafeBufferPointer(
      start: roster_descriptor_set(), count: roster_descriptor_set_size())
    let names = services.union([HealthService.name]).union(ReflectionService.names)
    return try ReflectionService(descriptorSet: Array(set), services: Array(names)).methods
  }

  /// Ends what listens, so that no call in flight is lost: NOT_SERVING, `notice` for balancers to
  /// see it, GOAWAY twice, `finish` for the calls in flight (R-DRN-1).
  /// - Returns: whether a second signal cut it short.
  package func drain(_ settings: ShutdownSettings, _ signals: ProcessSignals) -> Bool {
    logger.notice("draining", metadata: ["calls": .stringConvertible(transport.callCount)])
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
package struct ListenFailure: Error, CustomStringConvertible {
  package let address: SocketAddress
  package let error: SystemError?

  package var description: String {
    guard let error else { return "\(address) can't be listened on" }
    return switch error.code {
    case EADDRINUSE: "\(address) is taken by another process; listen on another port"
    case EACCES: "\(address) needs rights that this user lacks; listen on a port from 1024 up"
    case EADDRNOTAVAIL: "\(address) is no address of this machine"
    default: "\(address) can't be listened on: \(error)"
    }
  }
}

extension ServerConfiguration {
  init(_ configuration: Configuration) {
    self.init()
    connectionsMax = configuration.limits.connectionsMax
    rpcLimits.messageSizeMax = configuration.limits.messageSizeMax
    rpcLimits.callsMax = configuration.limits.streamsMax
    sessionLimits.concurrentStreamsMax = UInt32(configuration.limits.streamsMax)
  }
}
