import EventLoop
import Postgres
import Testing

@Suite struct `Prepared statements` {
  @Test func `are prepared anew when their table changes`() async throws {
    let values = try await TestCluster.withDatabase {
      $0.exclusiveConnectionsMax = 1
    } _: {
      database in
      let scripts = try await ScriptConnection.open(
        Conninfo(try TestCluster.conninfo()), loop: database.loop)
      try await scripts.run("CREATE TABLE altered (a int8); INSERT INTO altered VALUES (1)")
      var values = try await database.read(EveryColumn(), as: .none, deadline: nil)
      values += try await database.read(EveryColumnAlone(), as: .none, deadline: nil)
      try await scripts.run("ALTER TABLE altered ADD COLUMN b int8 DEFAULT 2")
      values += try await database.read(EveryColumn(), as: .none, deadline: nil)
      values += try await database.read(EveryColumnAlone(), as: .none, deadline: nil)
      let transaction = try await database.begin(as: .none, kind: .write, deadline: nil)
      try await scripts.run("ALTER TABLE altered ADD COLUMN c int8 DEFAULT 3")
      var batch = Batch()
      let pending = batch.add(EveryColumnAlone())
      values += try await transaction.flush(batch).rows(pending)
      await transaction.rollback()
      try await scripts.run("DROP TABLE altered")
      return values
    }
    #expect(values == [1, 1, 2, 2, 3])
  }

  @Test func `are prepared anew when the session has lost them`() async throws {
    let values = try await TestCluster.withDatabase {
      $0.exclusiveConnectionsMax = 1
    } _: {
      database in
      var values = try await database.read(EchoRead(value: 1), as: .none, deadline: nil)
      _ = try await database.read(DeallocateAll(), as: .none, deadline: nil)
      values += try await database.read(EchoRead(value: 2), as: .none, deadline: nil)
      return values
    }
    #expect(values == [1, 2])
  }

  @Test func `of lists are kept up to 128 shapes a connection`() async throws {
    let (sum, kept) = try await TestCluster.withDatabase {
      $0.exclusiveConnectionsMax = 1
    } _: {
      database in
      let shapes = (0..<200).map { ListText("SELECT $1::int8 + \($0)") }
      var sum: Int64 = 0
      for shape in shapes + shapes {
        let page = ListShape(text: shape)
        sum += try await database.list(page, as: .none, deadline: nil)[0]
      }
      let kept = try await database.read(PreparedCount(), as: .none, deadline: nil)
      return (sum, kept[0])
    }
    #expect(sum == 2 * (200 + 199 * 200 / 2))
    // Beside the lists: their context, that of other reads and the question itself.
    #expect(kept == 131)
  }

  @Test func `that a lock keeps from being prepared are no fault of those sent after them`()
    async throws
  {
    _ = try await TestCluster.withScripts {
      try await $0.run("CREATE TABLE IF NOT EXISTS prepared_late (value int8)")
    }
    let (locked, after) = try await TestCluster.withDatabase {
      $0.sharedConnectionsMax = 1
    } _: { database in
      let holder = try await database.begin(as: .none, kind: .write, deadline: nil)
      var batch = Batch()
      batch.add(LockPreparedLate())
      _ = try await holder.flush(batch)
      // The second wave is sent before the server has given up the Parse of the first.
      var errors: Set<DatabaseError?> = []
      for _ in 0..<4 {
        let wave = await parallel(40) { (_) throws(DatabaseError) in
          try await database.read(
            PreparedLate(), as: .none, deadline: .after(milliseconds: 100))
        }
        errors.formUnion(wave.map(\.error))
      }
      await holder.rollback()
      let after = try await database.read(PreparedLate(), as: .none, deadline: nil)
      return (errors, after)
    }
    #expect(locked == [.timeout])
    #expect(after == [])
  }

  @Test func `that are wrong fail each time and harm no other`() async throws {
    let (errors, value) = try await TestCluster.withDatabase { database in
      var errors: [DatabaseError?] = []
      for _ in 0..<2 {
        errors += await parallel(1) { (_) throws(DatabaseError) in
          try await database.read(Nonsense(), as: .none, deadline: nil)
        }.map(\.error)
      }
      return (errors, try await database.read(Echo(value: 1), as: .none, deadline: nil))
    }
    for error in errors {
      guard case .rejected(sqlState: "42P01", _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(value == [1])
  }
}

/// The last column of a row whose columns change.
struct EveryColumn: Statement {
  static let kind = StatementKind.point
  static let sql: StaticString = "SELECT * FROM altered"
  func bind(_ parameters: inout Parameters) {}
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(row.columnCount - 1)
  }
}

struct EveryColumnAlone: Statement {
  static let kind = StatementKind.read
  static let sql: StaticString = "SELECT * FROM altered"
  func bind(_ parameters: inout Parameters) {}
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(row.columnCount - 1)
  }
}

struct DeallocateAll: Statement {
  static let kind = StatementKind.read
  static let sql: StaticString = "DEALLOCATE ALL"
  func bind(_ parameters: inout Parameters) {}
  typealias Row = NoRow
}

struct ListShape: ListStatement {
  let text: ListText
  func bind(_ parameters: inout Parameters) { parameters.int64(1) }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(0)
  }
}

struct PreparedCount: Statement {
  static let kind = StatementKind.read
  static let sql: StaticString = "SELECT count(*) FROM pg_prepared_statements"
  func bind(_ parameters: inout Parameters) {}
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(0)
  }
}

struct Nonsense: Statement {
  static let kind = StatementKind.point
  static let sql: StaticString = "SELECT 1 FROM nowhere_at_all"
  func bind(_ parameters: inout Parameters) {}
  typealias Row = NoRow
}

private struct PreparedLate: Statement {
  static let kind = StatementKind.point
  static let sql: StaticString = "SELECT value FROM prepared_late"
  func bind(_ parameters: inout Parameters) {}
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(0)
  }
}

private struct LockPreparedLate: Statement {
  static let kind = StatementKind.write
  static let sql: StaticString = "LOCK TABLE prepared_late IN ACCESS EXCLUSIVE MODE"
  func bind(_ parameters: inout Parameters) {}
  typealias Row = NoRow
}
