import EventLoop
import Postgres
import Synchronization
import Testing

@Suite(.serialized) struct `A server that is killed` {
  /// What the writers of one run know.
  private struct Ledger: Sendable {
    var acknowledged: Set<Int64> = []
    var refused: Set<Int64> = []
    var unknown: Set<Int64> = []
    var reads = 0
    var wrongReads = 0
    var failedReads = 0
  }

  @Test func `under load loses no acknowledged write, invents none, and is found again`()
    async throws
  {
    let cluster = try OwnCluster()
    defer { cluster.remove() }
    try cluster.start()
    let (ledger, present) = try await TestCluster.withDatabase(conninfo: cluster.conninfo) {
      database in
      try await Self.prepare(database)
      let ledger = Mutex(Ledger())
      for _ in 0..<3 {
        try await Self.work(database, ledger) { cluster.kill() }
        try cluster.start()
        // Recovery without a restart of ours: both kinds of work succeed again.
        try await Self.work(database, ledger) {}
      }
      let present = try await database.read(
        Written(), as: .none, deadline: .after(milliseconds: 5_000))
      return (ledger.withLock { $0 }, Set(present))
    }
    #expect(ledger.wrongReads == 0)
    #expect(ledger.reads > 100)
    #expect(ledger.acknowledged.count > 50)
    #expect(ledger.acknowledged.subtracting(present) == [])
    #expect(ledger.refused.intersection(present) == [])
    #expect(present.subtracting(ledger.acknowledged).subtracting(ledger.unknown) == [])
  }

  private static func prepare(_ database: Database) async throws {
    let end = MonotonicInstant.after(milliseconds: 20_000)
    while true {
      do {
        let scripts = try await ScriptConnection.open(
          database.configuration.conninfo, loop: database.loop)
        try await scripts.run("CREATE TABLE written (key bigint PRIMARY KEY)")
        return scripts.close()
      } catch  where MonotonicInstant.now() < end {
        try await database.loop.sleep(for: .milliseconds(20))
      }
    }
  }

  /// Readers and writers until some of both have succeeded, then `strike`, then until all have
  /// noticed.
  private static func work(
    _ database: Database, _ ledger: borrowing Mutex<Ledger>, strike: () -> Void
  ) async throws {
    let shared = Shared()
    let key = Int64(ledger.withLock { $0.acknowledged.count + $0.refused.count + $0.unknown.count })
    shared.nextKey = key
    let readers = (0..<24).map { index in
      Task(executorPreference: database.loop) { await read(Int64(index), database, shared) }
    }
    let writers = (0..<6).map { _ in
      Task(executorPreference: database.loop) { await write(database, shared) }
    }
    let end = MonotonicInstant.after(milliseconds: 20_000)
    while shared.ledger.reads < 50 || shared.ledger.acknowledged.count < 30 {
      try #require(MonotonicInstant.now() < end, "not found again: \(shared.lastError as Any)")
      try await database.loop.sleep(for: .milliseconds(1))
    }
    strike()
    shared.isOver = true
    for task in readers + writers { await task.value }
    let seen = shared.ledger
    ledger.withLock { ledger in
      ledger.acknowledged.formUnion(seen.acknowledged)
      ledger.refused.formUnion(seen.refused)
      ledger.unknown.formUnion(seen.unknown)
      ledger.reads += seen.reads
      ledger.wrongReads += seen.wrongReads
    }
  }

  private final class Shared: @unchecked Sendable {
    // Safety: confined to the loop of the database.
    var ledger = Ledger()
    var nextKey: Int64 = 0
    var isOver = false
    var lastError: DatabaseError?
  }

  private static func read(_ value: Int64, _ database: Database, _ shared: Shared) async {
    while !shared.isOver {
      do throws(DatabaseError) {
        let rows = try await database.read(
          Echo(value: value), as: .none, deadline: .after(milliseconds: 1_000))
        shared.ledger.reads += 1
        if rows != [value] { shared.ledger.wrongReads += 1 }
      } catch {
        shared.lastError = error
        try? await database.loop.sleep(for: .milliseconds(5))
      }
    }
  }

  private static func write(_ database: Database, _ shared: Shared) async {
    while !shared.isOver {
      let key = shared.nextKey
      shared.nextKey += 1
      do throws(DatabaseError) {
        let transaction = try await database.begin(
          as: .none, kind: .write, deadline: .after(milliseconds: 1_000))
        _ = try await transaction.flush(Batch())
        var batch = Batch()
        batch.add(Write(key: key))
        _ = try await transaction.commit(batch)
        shared.ledger.acknowledged.insert(key)
      } catch {
        shared.lastError = error
        if error == .ambiguousCommit {
          shared.ledger.unknown.insert(key)
        } else {
          shared.ledger.refused.insert(key)
        }
        try? await database.loop.sleep(for: .milliseconds(5))
      }
    }
  }

  private struct Write: Statement {
    let key: Int64
    static let kind = StatementKind.write
    static let sql: StaticString = "INSERT INTO written (key) VALUES ($1)"
    func bind(_ parameters: inout Parameters) { parameters.int64(key) }
    typealias Row = NoRow
  }

  private struct Written: Statement {
    static let kind = StatementKind.list
    static let sql: StaticString = "SELECT key FROM written"
    func bind(_ parameters: inout Parameters) {}
    static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
      try row.int64(0)
    }
  }
}
