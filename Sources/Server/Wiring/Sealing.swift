import Crypto
import Domain
import EventLoop
import Logging
import Metrics
import Postgres
import Store

/// Seals events twice a second and exports the heads of chains once a minute, in whichever replica
/// holds `roster.seal`. On a thread of its own: hashing and the disk hold up no call.
final class Sealing: @unchecked Sendable {
  // Safety: confined to the loop of its database.
  private static let interval = Duration.milliseconds(500)
  private static let exportInterval = Duration.seconds(60)

  private let database: Database
  private let lock: JobLock
  private let sealer: Sealer
  private let export: HeadExport
  private let metrics: SealMetrics
  private let failures: PollFailures
  private let logger: Logger
  private var nextExport = MonotonicInstant.now()

  private init(
    _ database: Database, _ lock: JobLock, _ export: HeadExport, _ metrics: SealMetrics,
    _ logger: Logger
  ) {
    self.database = database
    self.lock = lock
    self.export = export
    self.metrics = metrics
    self.logger = logger
    sealer = Sealer(database)
    failures = PollFailures(logger, event: "seal_failed")
  }

  /// Goes on for as long as the process lives.
  /// - Throws: when the file of heads can't be opened.
  static func start(_ ground: ServingGround, keys: KeyRing) throws {
    let settings = ground.configuration.database
    let url = try settings.required(
      settings.systemURL, "database.system_url", role: "roster_system")
    let conninfo = try Databases.parsed(url, "database.system_url").conninfo
    let file = try ground.configuration.headsFile.map { path in try HeadsFile(path) }
    let metrics = SealMetrics(ground.operations.registry)
    // After the loops of calls and that of the admin port.
    let loop = try EventLoop(index: ground.group.loops.count + 1)
    loop.start()
    let database = try Databases.forSealing(settings, on: loop)
    let sealing = Sealing(
      database, JobLock("roster.seal", conninfo, on: loop),
      HeadExport(database, keys, to: file), metrics, ground.logger)
    loop.execute { sealing.run() }
  }

  private func run() {
    Task(executorPreference: database.loop) { [self] in
      while true {
        let begun = MonotonicInstant.now()
        do {
          try await turn(at: begun)
        } catch {
          failures.note(reason: "\((error as? DatabaseError)?.text ?? "\(error)")")
        }
        try await database.loop.sleep(until: begun.advanced(by: Self.interval))
      }
    }
  }

  private func turn(at now: MonotonicInstant) async throws {
    let deadline = now.advanced(by: .seconds(2))
    let found = try await database.read(FindSealLag(), as: .none, deadline: deadline).first
    metrics.note(lag: found?.lag ?? .zero, at: now)
    guard await lock.hold() else { return export.forgetChanges() }
    if found?.hasUnsealed ?? false { try await seal() }
    guard now >= nextExport else { return }
    nextExport = now.advanced(by: Self.exportInterval)
    try await exportHeads()
  }

  private func seal() async throws(Sealer.Failure) {
    while true {
      let begun = MonotonicInstant.now()
      let outcome = try await sealer.seal()
      export.note(outcome.seals)
      guard outcome.isMore else {
        if outcome.eventCount > 0 { metrics.note(lag: .zero, at: begun) }
        return
      }
    }
  }

  private func exportHeads() async throws {
    for (organization, fault) in try await export.run(at: Methods.wallClock()) {
      metrics.failures.add(1)
      logger.critical(
        "audit_verify_failed",
        metadata: [
          "organization": .string(organization.text), "reason": .string(fault.description),
          "remedy": "rosterd audit verify says which events; the database was tampered with",
        ])
    }
  }
}
