import EventLoop
import Postgres
import Testing

@Suite struct `A script connection` {
  @Test func `runs several statements and returns the last rows`() async throws {
    let rows = try await TestCluster.withScripts { connection in
      try await connection.run(
        "CREATE TEMPORARY TABLE s (a int, b text); INSERT INTO s VALUES (1, NULL), (2, 'x');"
          + "SELECT a, b FROM s ORDER BY a; ANALYZE s")
    }
    #expect(rows == [["1", nil], ["2", "x"]])
  }

  @Test func `rolls the whole script back when a statement fails`() async throws {
    let rows = try await TestCluster.withScripts { connection in
      await #expect(throws: DatabaseError.self) {
        try await connection.run("CREATE TABLE half_done (a int); SELECT 1 / 0")
      }
      return try await connection.run("SELECT to_regclass('half_done')")
    }
    #expect(rows == [[nil]])
  }

  @Test func `excludes another by its advisory lock until it is closed`() async throws {
    let outcome = try await TestCluster.withScripts { first in
      try await first.lock("roster.test.scripts")
      let loop = try TestCluster.loop()
      defer { loop.stop() }
      return try await loop.run {
        let second = try await ScriptConnection.open(
          Conninfo(try TestCluster.conninfo()), loop: loop)
        return try await second.tryLock("roster.test.scripts")
      }
    }
    #expect(outcome == false)
  }

  @Test func `tells the SQLSTATE of a mistake`() async throws {
    let error = try await TestCluster.withScripts { connection in
      await #expect(throws: DatabaseError.self) { try await connection.run("SELEC 1") }
    }
    guard case .rejected(sqlState: "42601", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}

extension TestCluster {
  static func withScripts<Success: Sendable>(
    _ body: @escaping @Sendable (ScriptConnection) async throws -> Success
  ) async throws -> Success {
    let conninfo = try Conninfo(try conninfo())
    let loop = try loop()
    defer { loop.stop() }
    return try await loop.run {
      let connection = try await ScriptConnection.open(conninfo, loop: loop)
      defer { connection.close() }
      return try await body(connection)
    }
  }
}
