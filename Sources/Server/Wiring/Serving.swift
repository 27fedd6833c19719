import AccessIndex
import Crypto
import EventLoop
import Glibc
import Logging
import Postgres
import RPC
import Service
import Transport

/// What everything else stands on: settings, signals, log and loops.
struct ServingGround: Sendable {
  let configuration: Configuration
  let signals: ProcessSignals
  let writer: LogWriter
  let logger: Logger
  let switches: LogSwitches
  let group: EventLoopGroup
  let operations: Operations
  let quotas: Quotas
  let identities: ServiceIdentities

  /// Opens the admin port as well, which answers from then on.
  /// - Parameter signals: taken before, so that no thread started here gets one.
  static func start(
    _ configuration: Configuration, _ signals: ProcessSignals
  ) throws -> ServingGround {
    let identities = try ServiceIdentities(configuration.identities())
    let writer = LogWriter(descriptor: STDERR_FILENO)
    let switches = LogSwitches(level: configuration.logLevel, calls: configuration.logCalls)
    let logger = Logger(label: "rosterd") { _ in JSONLogHandler(switches, writer: writer) }
    let cores = sysconf(CInt(_SC_NPROCESSORS_ONLN))
    let group = try EventLoopGroup(count: configuration.loops > 0 ? configuration.loops : cores)
    let operations = Operations(group)
    do {
      try LibraryVersions.current().announce(logger, operations.registry)
      if let address = configuration.adminListen {
        try operations.listen(on: address, loopIndex: group.loops.count, logger)
      }
    } catch {
      writer.flush()
      throw error
    }
    return ServingGround(
      configuration: configuration, signals: signals, writer: writer, logger: logger,
      switches: switches, group: group, operations: operations,
      quotas: Quotas(configuration.quotas), identities: identities)
  }

  /// Runs asynchronous work on the first loop and holds the main thread until it is done. A signal
  /// that asks for the end ends the process at once: nothing is in flight before it serves.
  func wait<Success: Sendable>(
    _ body: @escaping @Sendable () async throws -> Success
  ) throws -> Success {
    guard let result = Outcome.begin(on: group.loops[0], wakes: true, body).wait(signals) else {
      writer.flush()
      _exit(130)
    }
    return try result.get()
  }
}

/// A process that serves. Owned by the main thread.
struct Serving {
  private let ground: ServingGround
  private let listening: Listening
  private let poller: ServiceTokenPoller
  private let reloading: Reloading
  private let keys: KeyRing

  var logger: Logger { ground.logger }

  /// - Parameter reloading: told of SIGHUP.
  /// - Throws: what keeps it from serving, with the remedy.
  static func start(
    _ ground: ServingGround, _ pools: Pools, keys: KeyRing, _ reloading: Reloading
  ) throws -> Serving {
    ground.operations.pages.show(settings: reloading.report)
    let logger = ground.logger
    let credentials = try ground.configuration.credentials(ring: keys)
    if let credentials { ground.operations.expiries.publish(credentials, logger) }
    let (listening, poller) = try ground.wait {
      try await StartChecks().run(requests: pools.requests[0], system: pools.system, keys: keys)
      await ConnectionBudget.check(ground)
      let tokens = ServiceTokens()
      let failures = PollFailures(logger)
      let poller = ServiceTokenPoller(
        tokens, source: DatabaseTokenSource(pools.system), loop: pools.system.loop,
        onFailure: { failures.note($0) })
      poller.start()
      Upkeep(pools.system, logger).start()
      try Sealing.start(ground, keys: keys)
      let services = Methods.services(ground, keys: keys)
      Sweeper(
        pools.system,
        [
          UserSweep(pools.system), MembershipSweep(pools.system, ground: services),
          RoleSweep(pools.system, ring: keys),
        ], logger
      ).start()
      DatabaseWatch.start(pools.system, ground.operations.state)
      _ = await poller.pollNow()
      let listening = try await Listening.start(
        ground.configuration, methods: Methods.all(services, ground, pools, tokens: tokens),
        credentials, ground, queueWaits: pools.queueWaits)
      return (listening, poller)
    }
    return Serving(
      ground: ground, listening: listening, poller: poller, reloading: reloading,
      keys: keys)
  }

  /// Holds the main thread until a signal asks for the end, finishes what is in flight and ends the
  /// process: 0, or 130 when a second signal cut that short.
  /// - Parameters:
  ///   - childEnded: hears of children that may have ended.
  ///   - served: the last to be done, after the last answer.
  func runUntilEnd(childEnded: () throws -> Void, served: () -> Void = {}) -> Never {
    let signals = ground.signals
    // Said only now that a signal is waited for: whoever reads it may send one.
    for address in listening.addresses {
      logger.notice("listening", metadata: ["address": .string(address.description)])
    }
    var status: CInt = 0
    do {
      // One that ended during the start has told so already.
      try childEnded()
      while let event = signals.next(), event != .end {
        if event == .child { try childEnded() }
        if event == .reload { reload() }
      }
      if listening.drain(ground.configuration.shutdown, signals) { status = 130 }
    } catch {
      logger.critical("failed", metadata: ["reason": .string("\(error)")])
      status = 1
    }
    poller.stop()
    if status != 130 { served() }
    logger.notice("ended")
    ground.writer.flush()
    fflush(nil)
    // Loops still turn: without the destructors of `exit`, nothing is taken from under them.
    _exit(status)
  }

  private func reload() {
    reloading.reload(ground.operations, logger) { settings in
      // 1. Everything that can be wrong, before anything is changed.
      let identities = try settings.identities()
      _ = try ServiceIdentities(identities)
      let credentials = try settings.credentials(ring: keys)
      // 2. What may still refuse as a whole, then what can't.
      let drainedCount = try waiting(on: ground.group.loops[0]) { [listening] in
        try await listening.reconfigure(settings, credentials)
      }
      try ground.identities.replace(identities)
      if let credentials { ground.operations.expiries.publish(credentials, logger) }
      if drainedCount > 0 {
        logger.notice(
          "certificates_refused", metadata: ["connections": .stringConvertible(drainedCount)])
      }
      ground.switches.level = settings.logLevel
      ground.switches.calls = settings.logCalls
      ground.quotas.set(settings.quotas)
    }
  }
}
