import EventLoop
import Postgres
import Testing

@Suite struct `The pool` {
  @Test func `bounds who waits, and for how long`() async throws {
    let (overloaded, timedOut, served) = try await TestCluster.withDatabase {
      $0.exclusiveConnectionsMax = 1
      $0.waitersMax = 2
    } _: { database in
      let holder = try await database.begin(as: .none, kind: .write, deadline: nil)
      let patient = Task(executorPreference: database.loop) {
        try await database.read(EchoRead(value: 1), as: .none, deadline: nil)
      }
      let impatient = Task(executorPreference: database.loop) {
        await parallel(1) { (_) throws(DatabaseError) in
          try await database.read(
            EchoRead(value: 2), as: .none, deadline: .after(milliseconds: 60))
        }[0].error
      }
      while database.counters.waits < 3 { await Task.yield() }
      let overloaded = await parallel(1) { (_) throws(DatabaseError) in
        try await database.read(EchoRead(value: 3), as: .none, deadline: nil)
      }[0].error
      let timedOut = await impatient.value
      await holder.rollback()
      return (overloaded, timedOut, try await patient.value)
    }
    #expect(overloaded == .overloaded)
    #expect(timedOut == .timeout)
    #expect(served == [1])
  }

  @Test func `blames itself, not a deadline, when a caller without one waits in vain`()
    async throws
  {
    let (error, counters) = try await TestCluster.withDatabase {
      $0.exclusiveConnectionsMax = 1
    } _: { database in
      let holder = try await database.begin(as: .none, kind: .write, deadline: nil)
      let error = await parallel(1) { (_) throws(DatabaseError) in
        _ = try await database.begin(as: .none, kind: .point, deadline: nil)
      }[0].error
      await holder.rollback()
      return (error, database.counters)
    }
    #expect(error == .overloaded)
    #expect(counters.overloads == 1)
    #expect(counters.timeouts == 0)
  }

  @Test func `takes back nothing that still runs`() async throws {
    let application = "pool-abandoned"
    let conninfo = try TestCluster.conninfo() + " application_name=\(application)"
    let (errors, worst, backends, next) = try await TestCluster.withDatabase(conninfo: conninfo) {
      database in
      var errors: [DatabaseError?] = []
      var worst = Duration.zero
      for _ in 0..<10 {
        let start = MonotonicInstant.now()
        errors += await parallel(6) { (_) throws(DatabaseError) in
          try await database.read(
            Sleep(milliseconds: 10_000), as: .none, deadline: .after(milliseconds: 100))
        }.map(\.error)
        worst = max(worst, MonotonicInstant.now() - start)
      }
      // A backend ends its statement by itself, a moment after the caller was told.
      let patience = MonotonicInstant.now().advanced(by: .seconds(5))
      var backends = try await database.read(
        OwnBackends(application: application), as: .none, deadline: nil)
      while backends[0].active > 0, MonotonicInstant.now() < patience {
        backends = try await database.read(
          OwnBackends(application: application), as: .none, deadline: nil)
      }
      let next = try await database.read(EchoRead(value: 5), as: .none, deadline: nil)
      return (errors, worst, backends[0], next)
    }
    #expect(errors.allSatisfy { $0 == .timeout })
    #expect(worst < .seconds(5))
    #expect(backends.active == 0)
    #expect(backends.all <= 7)
    #expect(next == [5])
  }

  @Test func `lets a cancelled caller go at once`() async throws {
    let (error, took) = try await TestCluster.withDatabase { database in
      _ = try await database.read(EchoRead(value: 0), as: .none, deadline: nil)
      let start = MonotonicInstant.now()
      let task = Task(executorPreference: database.loop) {
        await parallel(1) { (_) throws(DatabaseError) in
          try await database.read(Sleep(milliseconds: 10_000), as: .none, deadline: nil)
        }[0].error
      }
      while database.counters.queries < 4 { await Task.yield() }
      task.cancel()
      return (await task.value, MonotonicInstant.now() - start)
    }
    #expect(error == .cancelled)
    #expect(took < .milliseconds(1_900))
  }

  @Test func `replaces connections at the end of their lifetime without a failed call`()
    async throws
  {
    let (failures, counters) = try await TestCluster.withDatabase {
      $0.lifetime = .milliseconds(30)
    } _: { database in
      var failures = 0
      let end = MonotonicInstant.after(milliseconds: 20_000)
      while database.counters.connects <= 10, MonotonicInstant.now() < end {
        let results = await parallel(20) { (index) throws(DatabaseError) in
          if index % 4 == 0 {
            try await database.read(EchoRead(value: 1), as: .none, deadline: nil)
          } else {
            try await database.read(Echo(value: 1), as: .none, deadline: nil)
          }
        }
        failures += results.filter { $0.error != nil }.count
      }
      return (failures, database.counters)
    }
    #expect(failures == 0)
    #expect(counters.connects > 10)
    #expect(counters.losses == 0)
  }

  @Test func `recovers from sessions ended by an administrator`() async throws {
    let application = "pool-terminated"
    let conninfo = try TestCluster.conninfo() + " application_name=\(application)"
    let (values, losses) = try await TestCluster.withDatabase(conninfo: conninfo) { database in
      _ = try await database.read(Echo(value: 0), as: .none, deadline: nil)
      _ = try await database.read(
        TerminateBackends(application: application), as: .none, deadline: nil)
      let shared = try await database.read(Echo(value: 1), as: .none, deadline: nil)
      let own = try await database.read(EchoRead(value: 2), as: .none, deadline: nil)
      return (shared + own, database.counters.losses)
    }
    #expect(values == [1, 2])
    #expect(losses >= 2)
  }

  @Test(arguments: [true, false])
  func `knows the outcome of a COMMIT that it could not send`(isBegun: Bool) async throws {
    let application = "pool-unsent-\(isBegun)"
    let conninfo = try TestCluster.conninfo() + " application_name=\(application)"
    let (error, counters) = try await TestCluster.withDatabase(conninfo: conninfo) { database in
      let transaction = try await database.begin(as: .none, kind: .write, deadline: nil)
      if isBegun { _ = try await transaction.flush(Batch()) }
      _ = try await database.read(
        TerminateBackends(application: application), as: .none, deadline: nil)
      while database.counters.losses == 0 { await Task.yield() }
      let error = await parallel(1) { (_) throws(DatabaseError) in
        _ = try await transaction.commit(Batch())
      }[0].error
      return (error, database.counters)
    }
    #expect(counters.ambiguousCommits == 0)
    // One whose flush was the first begins again elsewhere.
    #expect(error == (isBegun ? .unavailable(reason: "the connection was lost") : nil))
  }

  @Test func `discards a connection whose server has become read-only`() async throws {
    let (error, losses) = try await TestSchema.withDatabase { database in
      let snapshot = try await database.begin(
        as: .organization(high: 0xE, low: 0), kind: .write, deadline: nil, mode: .snapshot)
      let result = await #expect(throws: DatabaseError.self) {
        var batch = Batch()
        batch.add(InsertNote(organization: (0xE, 0), key: 1, body: "x"))
        _ = try await snapshot.commit(batch)
      }
      return (result, database.counters.losses)
    }
    guard case .unavailable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(losses == 1)
  }
}
