import EventLoop
import Logging
import Postgres

/// Whether PostgreSQL takes the connections this process may open and leaves ten to others.
enum ConnectionBudget {
  private static let spare = 10

  /// Logs a warning when it doesn't; a question that fails is no reason not to serve.
  static func check(_ ground: ServingGround) async {
    let settings = ground.configuration.database
    guard let url = settings.url, let conninfo = try? Conninfo(url.text),
      let share = try? settings.exclusiveConnections(loopCount: ground.group.loops.count),
      let connection = try? await ScriptConnection.open(conninfo, loop: ground.group.loops[0])
    else { return }
    defer { connection.close() }
    let rows = try? await connection.run("SHOW max_connections")
    guard let text = rows?.first?.first ?? nil, let allowed = Int(text) else { return }
    let wanted =
      ground.group.loops.count * (settings.sharedConnections + share) + Databases.systemConnections
      + Databases.sealingConnections + Sweeper.lockConnections
    guard wanted > allowed - spare else { return }
    ground.logger.warning(
      "connections_beyond_postgres",
      metadata: [
        "wanted": .stringConvertible(wanted), "max_connections": .stringConvertible(allowed),
        "remedy": "lower database.max_total, or raise max_connections of PostgreSQL",
      ])
  }
}
