import EventLoop
import Glibc
import Postgres
import Testing

@Suite struct `A pooler in between` {
  @Test(
    .enabled(if: Pooler.isInstalled, "pgbouncer is not installed"),
    arguments: ["session", "transaction", "statement"])
  func `is accepted only when it keeps a backend for each session`(mode: String) async throws {
    let pooler = try Pooler(mode: mode, server: try TestCluster.host())
    defer { pooler.stop() }
    let result = try await TestCluster.withDatabase(conninfo: pooler.conninfo) { database in
      await parallel(1) { (_) throws(DatabaseError) in
        try await database.read(EchoRead(value: 1), as: .none, deadline: nil)
      }[0]
    }
    switch (mode, result) {
    case ("session", .success(let rows)): #expect(rows == [1])
    case (_, .failure(.unavailable(let reason))):
      #expect(mode != "session")
      #expect(reason.contains("session pooling"))
    default: Issue.record("\(mode): \(result)")
    }
  }
}

/// A pgbouncer of one test's own in front of the tests' server.
private struct Pooler {
  static var isInstalled: Bool { access("/usr/sbin/pgbouncer", X_OK) == 0 }

  private let directory: String

  /// Returns once it listens.
  init(mode: String, server: String) throws {
    directory = try OwnCluster.output(
      of: "d=$(mktemp -d /tmp/roster-pooler.XXXXXX) && chmod 777 $d && echo $d")
    try OwnCluster.shell(
      """
      cat >\(directory)/ini <<END
      [databases]
      postgres = host=\(server) user=postgres
      [pgbouncer]
      listen_addr =
      listen_port = 6432
      unix_socket_dir = \(directory)
      auth_type = any
      pool_mode = \(mode)
      pidfile = \(directory)/pid
      logfile = \(directory)/log
      END
      \(OwnCluster.prefix) /usr/sbin/pgbouncer -q -d \(directory)/ini
      until [ -S \(directory)/.s.PGSQL.6432 ]; do sleep 0.02; done
      """)
  }

  var conninfo: String { "host=\(directory) port=6432 user=postgres dbname=postgres" }

  func stop() {
    try? OwnCluster.shell("kill -INT $(cat \(directory)/pid); rm -rf \(directory)")
  }
}
