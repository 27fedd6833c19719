import Logging
import Metrics
import Transport

/// Takes up changed settings while the process serves: all that may change, or none. Used on the
/// main thread.
final class Reloading {
  private var reader: ConfigurationReader
  private let reread: () throws -> ConfigurationReader

  /// - Parameters:
  ///   - reader: what the process was started with.
  ///   - reread: reads the same file, environment and flags again.
  init(_ reader: ConfigurationReader, reread: @escaping () throws -> ConfigurationReader) {
    self.reader = reader
    self.reread = reread
  }

  /// The settings in force.
  var report: String { reader.report() }

  /// Reads the settings anew and has them applied.
  /// - Parameter apply: throws what makes them unusable before it has changed anything.
  func reload(
    _ operations: Operations, _ logger: Logger, apply: (Configuration) throws -> Void
  ) {
    do {
      let next = try reread()
      let (merged, changes) = reader.takingHot(from: next)
      try apply(merged.configuration)
      reader = merged
      operations.pages.show(settings: report)
      operations.reloads.applied.add()
      logger.notice(
        "config_reloaded", metadata: ["changed": .string(changes.hot.joined(separator: " "))])
      if !changes.cold.isEmpty {
        logger.warning(
          "config_needs_restart",
          metadata: ["settings": .string(changes.cold.joined(separator: " "))])
      }
    } catch {
      operations.reloads.refused.add()
      logger.error(
        "config_refused",
        metadata: [
          "reason": .string("\(error)"), "remedy": "the settings from before stay in force",
        ])
    }
  }
}
