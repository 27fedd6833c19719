import Crypto
package import EventLoop
package import Metrics
package import Postgres
import Store

/// The pools of a process that serves.
struct Pools: Sendable {
  /// One a loop, in the order of the loops: `database.url`.
  let requests: [Database]
  /// Of the first loop: `database.system_url`, for polls and jobs.
  let system: Database

  init(_ ground: ServingGround) throws {
    let (settings, loops) = (ground.configuration.database, ground.group.loops)
    let operations = ground.operations
    requests = try loops.map {
      try Databases.forRequests(
        settings, on: $0, loopCount: loops.count, metrics: operations.registry)
    }
    system = try Databases.forSystem(settings, on: loops[0], metrics: operations.registry)
    for (database, pulse) in zip(requests + [system], operations.pulses + [operations.pulses[0]]) {
      pulse.add { database.publishMetrics() }
    }
  }
}

/// Opens pools as the settings say.
package enum Databases {
  /// What the pool of `database.system_url` may open: one for reads that share a Sync, and so many
  /// others that a poll never waits behind the two chores of ``Upkeep`` and the ``Sweeper``.
  static let systemConnections = 1 + 4
  /// What sealing may open: one for its reads, one for its transactions, one that holds its lock.
  static let sealingConnections = 3

  /// The pool of `database.url` for one of `loopCount` loops.
  package static func forRequests(
    _ settings: DatabaseSettings, on loop: EventLoop, loopCount: Int,
    metrics: MetricRegistry? = nil
  ) throws -> Database {
    let url = try settings.required(settings.url, "database.url", role: "roster_service")
    var configuration = try parsed(url, "database.url")
    configuration.narrowingQuestion = NarrowingQuestion.expression
    configuration.metrics = metrics
    let share = try settings.exclusiveConnections(loopCount: loopCount)
    configuration.sharedConnectionsMax = settings.sharedConnections
    configuration.exclusiveConnectionsMax = share
    configuration.reservesForLookups = true
    return Database(configuration, loop: loop, random: { SecureRandom().word() })
  }

  /// A small pool of `database.system_url`, logged in as roster_system.
  package static func forSystem(
    _ settings: DatabaseSettings, on loop: EventLoop, metrics: MetricRegistry? = nil
  ) throws -> Database {
    let url = try settings.requiredSystemURL()
    var configuration = try parsed(url, "database.system_url")
    configuration.systemRole = nil
    configuration.name = "system"
    configuration.metrics = metrics
    configuration.narrowingQuestion = NarrowingQuestion.expression
    configuration.sharedConnectionsMax = 1
    configuration.exclusiveConnectionsMax = systemConnections - 1
    return Database(configuration, loop: loop, random: { SecureRandom().word() })
  }

  /// The pool of ``Sealing``, of `database.system_url`.
  static func forSealing(_ settings: DatabaseSettings, on loop: EventLoop) throws -> Database {
    let url = try settings.required(
      settings.systemURL, "database.system_url", role: "roster_system")
    var configuration = try parsed(url, "database.system_url")
    configuration.systemRole = nil
    configuration.name = "sealing"
    configuration.narrowingQuestion = NarrowingQuestion.expression
    configuration.sharedConnectionsMax = 1
    configuration.exclusiveConnectionsMax = sealingConnections - 2
    return Database(configuration, loop: loop, random: { SecureRandom().word() })
  }

  /// - Throws: ``ConfigurationError/unusable(_:reason:)`` for a text that is no connection string.
  static func parsed(
    _ url: SecretText, _ key: String
  ) throws(ConfigurationError) -> DatabaseConfiguration {
    do {
      return try DatabaseConfiguration(url.text)
    } catch {
      // libpq's message may quote the string, which holds a password.
      throw .unusable(key, reason: "it is no PostgreSQL URL or conninfo")
    }
  }
}

extension DatabaseSettings {
  func requiredSystemURL() throws(ConfigurationError) -> SecretText {
    try required(systemURL, "database.system_url", role: "roster_system")
  }

  /// - Throws: when the URL isn't set; a database has no default.
  func required(
    _ url: SecretText?, _ key: String, role: String
  ) throws(ConfigurationError) -> SecretText {
    guard let url else {
      throw .missing(
        key, remedy: "set it to PostgreSQL as \(role), such as postgresql://\(role)@db/roster")
    }
    return url
  }

  /// What each loop may open beside its shared connections, so that all stay within `max_total`.
  func exclusiveConnections(loopCount: Int) throws(ConfigurationError) -> Int {
    let share = totalMax / loopCount - sharedConnections
    guard share > 0 else {
      throw .unusable(
        "database.max_total",
        reason: "\(loopCount) loops need at least \(loopCount * (sharedConnections + 1))")
    }
    return min(exclusiveConnections, share)
  }
}
