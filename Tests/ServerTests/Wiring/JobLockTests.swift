import Postgres
import TestSupport
import Testing

@testable import Server

@Suite struct `The lock of a job` {
  @Test func `is one process's until it goes`() async throws {
    try await TestDatabase.with { database, loop in
      let conninfo = try Conninfo(database.system)
      let first = JobLock("roster.test", conninfo, on: loop)
      let second = JobLock("roster.test", conninfo, on: loop)
      let other = JobLock("roster.other", conninfo, on: loop)
      #expect(await first.hold())
      #expect(await !second.hold())
      #expect(await first.hold())
      #expect(await other.hold())
      first.release()
      var isTaken = false
      // The server notices the end of a session by itself.
      while !isTaken { isTaken = await second.hold() }
      #expect(await !first.hold())
      for lock in [first, second, other] { lock.release() }
    }
  }

  @Test func `is lost with its connection, and taken anew`() async throws {
    try await TestDatabase.with { database, loop in
      let lock = JobLock("roster.test", try Conninfo(database.system), on: loop)
      #expect(await lock.hold())
      try await database.run(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
          + "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        loop: loop)
      #expect(await !lock.hold())
      #expect(await lock.hold())
      lock.release()
    }
  }
}
