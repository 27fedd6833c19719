import EventLoop
import Postgres
import Testing

@Suite struct `Point reads` {
  @Test func `return the row`() async throws {
    let rows = try await TestCluster.withDatabase { database in
      try await database.read(Echo(value: 7), as: .none, deadline: nil)
    }
    #expect(rows == [7])
  }

  @Test func `that start together share Syncs of sixteen`() async throws {
    let (sum, counters) = try await TestCluster.withDatabase { database in
      _ = try await database.read(Echo(value: 0), as: .none, deadline: nil)
      let before = database.counters
      let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
        for value in 1...64 {
          group.addTask {
            try await database.read(Echo(value: Int64(value)), as: .none, deadline: nil)[0]
          }
        }
        return try await group.reduce(0, +)
      }
      let after = database.counters
      return (sum, (after.queries - before.queries, after.syncs - before.syncs))
    }
    #expect(sum == 64 * 65 / 2)
    #expect(counters == (64, 4))
  }
}
