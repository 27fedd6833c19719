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
      let results = await parallel(64) { (index) throws(DatabaseError) in
        try await database.read(Echo(value: Int64(index)), as: .none, deadline: nil)[0]
      }
      let after = database.counters
      let sum = try results.reduce(0) { try $0 + $1.get() }
      return (sum, (after.queries - before.queries, after.syncs - before.syncs))
    }
    #expect(sum == 63 * 64 / 2)
    #expect(counters == (64, 4))
  }

  @Test func `survive a neighbour that fails, each run once more alone`() async throws {
    let (results, retries) = try await TestCluster.withDatabase { database in
      let results = await parallel(16) { (index) throws(DatabaseError) in
        try await database.read(Divide(by: index == 3 ? 0 : 1), as: .none, deadline: nil)
      }
      return (results, database.counters.retries)
    }
    for (index, result) in results.enumerated() where index != 3 {
      #expect(try result.get() == [1])
    }
    guard case .failure(.invalidValue(sqlState: "22012", _)) = results[3] else {
      Issue.record("\(results[3])")
      return
    }
    #expect(retries == 12)
  }

  @Test func `end at the ceiling of 250 ms, alone`() async throws {
    let (slow, quick, took) = try await TestCluster.withDatabase { database in
      _ = try await database.read(Echo(value: 0), as: .none, deadline: nil)
      let start = MonotonicInstant.now()
      async let slow = parallel(1) { (_) throws(DatabaseError) in
        try await database.read(PointSleep(milliseconds: 5_000), as: .none, deadline: nil)
      }
      async let quick = parallel(15) { (index) throws(DatabaseError) in
        try await database.read(Echo(value: Int64(index)), as: .none, deadline: nil)
      }
      let slowResult = await slow[0]
      let took = MonotonicInstant.now() - start
      return (slowResult, await quick, took)
    }
    #expect(throws: DatabaseError.statementTimeout) { try slow.get() }
    #expect(took >= .milliseconds(250) && took < .milliseconds(4_000))
    for (index, result) in quick.enumerated() { #expect(try result.get() == [Int64(index)]) }
  }

  @Test func `end at the caller's deadline while the statement still runs`() async throws {
    let (result, took, next) = try await TestCluster.withDatabase { database in
      _ = try await database.read(Echo(value: 0), as: .none, deadline: nil)
      let start = MonotonicInstant.now()
      let result = await parallel(1) { (_) throws(DatabaseError) in
        try await database.read(
          PointSleep(milliseconds: 5_000), as: .none, deadline: .after(milliseconds: 50))
      }
      let took = MonotonicInstant.now() - start
      let next = try await database.read(Echo(value: 8), as: .none, deadline: nil)
      return (result[0], took, next)
    }
    #expect(throws: DatabaseError.timeout) { try result.get() }
    #expect(took >= .milliseconds(50) && took < .milliseconds(2_000))
    #expect(next == [8])
  }

  @Test func `that are cancelled end at once and are never sent when still queued`() async throws {
    let (results, sent) = try await TestCluster.withDatabase { database in
      _ = try await database.read(Echo(value: 0), as: .none, deadline: nil)
      let before = database.counters.queries
      let task = Task(executorPreference: database.loop) {
        await parallel(40) { (index) throws(DatabaseError) in
          try await database.read(Echo(value: Int64(index)), as: .none, deadline: nil)
        }
      }
      task.cancel()
      return (await task.value, database.counters.queries - before)
    }
    for result in results { #expect(throws: DatabaseError.cancelled) { try result.get() } }
    #expect(sent == 0)
  }

  @Test func `and transactions whose deadline has passed are never sent`() async throws {
    let (errors, sent) = try await TestCluster.withDatabase { database in
      _ = try await database.read(EchoRead(value: 0), as: .none, deadline: nil)
      let before = database.counters.queries
      let errors = await parallel(3) { (index) throws(DatabaseError) in
        let past = MonotonicInstant.after(milliseconds: index == 2 ? 3 : -1)
        switch index {
        case 0: _ = try await database.read(Echo(value: 1), as: .none, deadline: past)
        case 1: _ = try await database.read(EchoRead(value: 1), as: .none, deadline: past)
        default:
          let transaction = try await database.begin(as: .none, kind: .write, deadline: past)
          _ = try await transaction.flush(Batch())
        }
      }.map(\.error)
      return (errors, database.counters.queries - before)
    }
    #expect(errors == [.timeout, .timeout, .timeout])
    #expect(sent == 0)
  }

  @Test func `beyond the bound of the queue are refused`() async throws {
    let results = try await TestCluster.withDatabase {
      $0.pointReadsMax = 4
    } _: { database in
      await parallel(6) { (index) throws(DatabaseError) in
        try await database.read(Echo(value: Int64(index)), as: .none, deadline: nil)
      }
    }
    #expect(results.filter { $0 == .failure(.overloaded) }.count == 2)
  }
}
