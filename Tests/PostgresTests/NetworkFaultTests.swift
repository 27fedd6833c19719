import EventLoop
import Glibc
import Postgres
import Testing

@Suite struct `A network that breaks` {
  /// Runs one write through a proxy with a fault and tells what came of it: the error, whether the
  /// row exists, and the counters.
  private static func write(
    _ fault: TestProxy.Fault, deadline: Int = 5_000, inOneFlush: Bool = false
  ) async throws -> (error: DatabaseError?, isThere: Bool, counters: DatabaseCounters) {
    try await TestSchema.prepare()
    let proxy = try TestProxy(to: try TestCluster.host(), fault)
    defer { proxy.remove() }
    let conninfo = "host=\(proxy.directory) port=5432 dbname=postgres user=test_service"
    let organization = TestSchema.organization()
    let (error, counters) = try await TestCluster.withDatabase(conninfo: conninfo) { database in
      let error = await parallel(1) { (_) throws(DatabaseError) in
        let transaction = try await database.begin(
          as: TestSchema.scope(organization), kind: .write,
          deadline: .after(milliseconds: deadline))
        if !inOneFlush { _ = try await transaction.flush(Batch()) }
        var batch = Batch()
        batch.add(InsertNote(organization: organization, key: 1, body: "written"))
        _ = try await transaction.commit(batch)
      }[0].error
      return (error, database.counters)
    }
    let notes = try await TestSchema.withDatabase { database in
      try await database.read(
        VisibleNotes(), as: TestSchema.scope(organization), deadline: nil)
    }
    return (error, notes == ["written"], counters)
  }

  @Test(arguments: [false, true])
  func `before COMMIT arrives leaves the outcome unknown, and nothing done`(
    inOneFlush: Bool
  ) async throws {
    let outcome = try await Self.write(.cutBefore("COMMIT"), inOneFlush: inOneFlush)
    #expect(outcome.error == .ambiguousCommit)
    #expect(!outcome.isThere)
    #expect(outcome.counters.ambiguousCommits == 1)
  }

  @Test(arguments: [false, true])
  func `after COMMIT was done leaves the outcome unknown, never false`(
    inOneFlush: Bool
  ) async throws {
    let outcome = try await Self.write(.cutAfter("COMMIT"), inOneFlush: inOneFlush)
    #expect(outcome.error == .ambiguousCommit)
    #expect(outcome.isThere)
  }

  @Test func `in silence after COMMIT leaves the outcome unknown at the deadline`() async throws {
    let outcome = try await Self.write(.silentAfter("COMMIT"), deadline: 1_500)
    #expect(outcome.error == .ambiguousCommit)
    #expect(outcome.isThere)
  }

  @Test func `in the first flush is healed by another connection`() async throws {
    for fault in [TestProxy.Fault.cutBefore("BEGIN"), .cutAfter("BEGIN")] {
      let outcome = try await Self.write(fault)
      #expect(outcome.error == nil)
      #expect(outcome.isThere)
      #expect(outcome.counters.losses == 1)
    }
  }

  @Test func `in silence in the first flush is a timeout`() async throws {
    let outcome = try await Self.write(.silentAfter("BEGIN"), deadline: 1_000)
    #expect(outcome.error == .timeout)
    #expect(!outcome.isThere)
  }

  @Test func `under reads is healed by another connection`() async throws {
    let proxy = try TestProxy(to: try TestCluster.host(), .cutAfter("SELECT $1::int8"))
    defer { proxy.remove() }
    let conninfo = "host=\(proxy.directory) port=5432 dbname=postgres user=postgres"
    let results = try await TestCluster.withDatabase(conninfo: conninfo) { database in
      await parallel(40) { (index) throws(DatabaseError) in
        try await database.read(Echo(value: Int64(index)), as: .none, deadline: nil)
      }
    }
    for (index, result) in results.enumerated() { #expect(try result.get() == [Int64(index)]) }
  }

  @Test func `with a silent first host reaches the second, and begins there next time`()
    async throws
  {
    var template = Array("/tmp/roster-silent.XXXXXX".utf8CString)
    #expect(mkdtemp(&template) != nil)
    let silent = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let listener = try listen(on: "\(silent)/.s.PGSQL.5432")
    defer {
      close(listener)
      removeSocketFolder(silent)
    }
    let conninfo = "host=\(silent),\(try TestCluster.host()) dbname=postgres user=postgres"
    let (first, second, rows) = try await TestCluster.withDatabase(conninfo: conninfo) {
      database in
      let start = MonotonicInstant.now()
      var rows = try await database.read(
        EchoRead(value: 1), as: .none, deadline: .after(milliseconds: 5_000))
      let first = MonotonicInstant.now() - start
      let holder = try await database.begin(as: .none, kind: .write, deadline: nil)
      let again = MonotonicInstant.now()
      rows += try await database.read(
        EchoRead(value: 2), as: .none, deadline: .after(milliseconds: 5_000))
      await holder.rollback()
      return (first, MonotonicInstant.now() - again, rows)
    }
    #expect(rows == [1, 2])
    #expect(first >= .milliseconds(1_990) && first < .milliseconds(4_500))
    #expect(second < .milliseconds(1_900))
  }

  @Test func `with a host that accepts no writes is refused there`() async throws {
    try await TestSchema.prepare()
    let host = try TestCluster.host()
    let refused = "host=\(host) dbname=postgres user=test_read_only"
    let result = try await TestCluster.withDatabase(conninfo: refused) { database in
      await parallel(1) { (_) throws(DatabaseError) in
        try await database.read(EchoRead(value: 1), as: .none, deadline: nil)
      }[0].error
    }
    guard case .unavailable(let reason) = result else {
      Issue.record("\(String(describing: result))")
      return
    }
    #expect(reason.contains("read-only"))
  }

  @Test func `without a server is told at once, with pauses that grow`() async throws {
    let conninfo = "host=/tmp/roster-no-such-folder dbname=postgres user=postgres"
    let (errors, attempts) = try await TestCluster.withDatabase(conninfo: conninfo) {
      database in
      let start = MonotonicInstant.now()
      var errors: [DatabaseError?] = []
      while MonotonicInstant.now() - start < .milliseconds(300) {
        errors += await parallel(2) { (index) throws(DatabaseError) in
          if index == 0 {
            try await database.read(Echo(value: 1), as: .none, deadline: nil)
          } else {
            try await database.read(EchoRead(value: 1), as: .none, deadline: nil)
          }
        }.map(\.error)
        try await database.loop.sleep(for: .milliseconds(1))
      }
      return (errors, database.counters.connectFailures)
    }
    for error in errors {
      guard case .unavailable = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(errors.count > 20)
    #expect(attempts < 30)
  }

  @Test func `resolves names off the loop`() async throws {
    // "localhost" resolves and refuses; the unknown name does not resolve; the socket answers.
    let conninfo =
      "host=roster.invalid,localhost,\(try TestCluster.host()) port=1,1,5432"
      + " dbname=postgres user=postgres"
    let rows = try await TestCluster.withDatabase(conninfo: conninfo) { database in
      try await database.read(
        EchoRead(value: 3), as: .none, deadline: .after(milliseconds: 10_000))
    }
    #expect(rows == [3])
  }
}

extension TestCluster {
  /// The folder of the server's socket.
  static func host() throws -> String {
    guard let value = getenv("PGHOST") else { throw Missing() }
    return String(cString: value)
  }
}
