import EventLoop
import Glibc
import Postgres
import Testing

/// The throwaway server of `scripts/with-postgres`; tests fail without it.
enum TestCluster {
  struct Missing: Error, CustomStringConvertible {
    var description: String { "ROSTER_TEST_POSTGRES is not set: run scripts/with-postgres" }
  }

  static func conninfo() throws -> String {
    guard let value = getenv("ROSTER_TEST_POSTGRES") else { throw Missing() }
    return String(cString: value)
  }

  /// A started loop of the test's own.
  static func loop() throws -> EventLoop {
    let loop = try EventLoop(index: 0)
    loop.start()
    return loop
  }

  /// Runs `body` on a loop of its own with a database there.
  static func withDatabase<Success: Sendable>(
    conninfo: String? = nil, _ adjust: (inout DatabaseConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (Database) async throws -> Success
  ) async throws -> Success {
    var configuration = try DatabaseConfiguration(try conninfo ?? Self.conninfo())
    configuration.systemRole = nil
    adjust(&configuration)
    let settled = configuration
    let loop = try loop()
    defer { loop.stop() }
    return try await loop.run {
      let database = Database(settled, loop: loop, random: { 0 })
      return try await body(database)
    }
  }
}

/// Answers its argument.
struct Echo: Statement {
  let value: Int64
  static let kind = StatementKind.point
  static let sql: StaticString = "SELECT $1::int8"
  func bind(_ parameters: inout Parameters) { parameters.int64(value) }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(0)
  }
}

/// The same on a connection of its own.
struct EchoRead: Statement {
  let value: Int64
  static let kind = StatementKind.read
  static let sql: StaticString = "SELECT $1::int8"
  func bind(_ parameters: inout Parameters) { parameters.int64(value) }
  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Int64 {
    try row.int64(0)
  }
}

extension MonotonicInstant {
  static func after(milliseconds: Int) -> MonotonicInstant {
    now().advanced(by: .milliseconds(milliseconds))
  }
}
