import EventLoop
import Postgres

/// The session advisory lock of a job, held by one process of the cluster from the first time it
/// was free for as long as its connection lives. Confined to its loop.
///
/// Two may believe to hold it for a moment, when one's connection broke: a job's steps must be safe
/// then.
final class JobLock: @unchecked Sendable {
  // Safety: confined to its loop.
  private let name: StaticString
  private let conninfo: Conninfo
  private let loop: EventLoop
  private var connection: ScriptConnection?
  private var isHeld = false

  /// - Parameter name: `roster.<job>`.
  init(_ name: StaticString, _ conninfo: Conninfo, on loop: EventLoop) {
    self.name = name
    self.conninfo = conninfo
    self.loop = loop
  }

  /// Tries to get it, or looks whether the connection that holds it lives.
  func hold() async -> Bool {
    do {
      let connection = try await connected()
      if isHeld {
        try await connection.run("SELECT 1")
      } else {
        isHeld = try await connection.tryLock(name)
      }
      return isHeld
    } catch {
      release()
      return false
    }
  }

  /// Lets another process have it.
  func release() {
    connection?.close()
    connection = nil
    isHeld = false
  }

  private func connected() async throws(DatabaseError) -> ScriptConnection {
    if let connection { return connection }
    let opened = try await ScriptConnection.open(conninfo, loop: loop)
    connection = opened
    return opened
  }
}
