import EventLoop
import Postgres
import Store

/// Asks once a second for the schema's version, over a pool that no request may fill: whoever is
/// answered has a read-write connection, since only those are taken.
enum DatabaseWatch {
  static let interval = Duration.seconds(1)

  /// Goes on for as long as the process lives.
  static func start(_ database: Database, _ state: ServingState) {
    Task(executorPreference: database.loop) {
      while true {
        let deadline = MonotonicInstant.now().advanced(by: interval)
        if let rows = try? await database.read(
          FindSchemaVersion(), as: .none, deadline: deadline), let row = rows.first
        {
          state.noteDatabase(SchemaVersion.refusal(row), at: .now())
        }
        try await database.loop.sleep(until: deadline)
      }
    }
  }
}
