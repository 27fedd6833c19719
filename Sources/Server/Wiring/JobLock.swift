import EventLoop
import Postgres

/// The session advisory lock of a job that one process of the cluster does: held on a connection of
/// its own from the first time it was free until the process ends or the connection is lost.
/// Confined to its loop.
final class JobLock: @unchecked Sendable {
  // Safety: confined to its loop.
  private let name: StaticString
  private let conninfo: Conninfo
  private let loop: EventLoop
  private var connection: ScriptConnection?

  /// - Parameter name: `roster.<job>`.
  init(_ name: StaticString, _ conninfo: Conninfo, loop: EventLoop) {
    self.name = name
    self.conninfo = conninfo
    self.loop = loop
  }

  /// Whether this process does the job now; takes the lock when it is free.
  func isHeld() async throws(DatabaseError) -> Bool {
    if let connection {
      do throws(DatabaseError) {
        // The server gives the lock to another when the session is gone.
        try await connection.run("SELECT 1")
        return true
      } catch {
        release()
      }
    }
    let fresh = try await ScriptConnection.open(conninfo, loop: loop)
    guard try await fresh.tryLock(name) else {
      fresh.close()
      return false
    }
    connection = fresh
    return true
  }

  func release() {
    connection?.close()
    connection = nil
  }
}
