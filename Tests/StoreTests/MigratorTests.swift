import EventLoop
import Postgres
import Store
import TestSupport
import Testing

@Suite struct `The migrator` {
  @Test func `has applied every migration, in order`() async throws {
    let rows = try await TestDatabase.with { database, loop in
      try await database.run(
        "SELECT version, name FROM roster.schema_version ORDER BY version", loop: loop)
    }
    #expect(rows == Migration.all.map { ["\($0.version)", $0.name] })
  }

  @Test func `finds migrations in the order of their numbers, each saying why first`() {
    var last = 0
    for (index, migration) in Migration.all.enumerated() {
      #expect(migration.version == index + 1)
      let number = Int(migration.name.prefix(4)) ?? 0
      #expect(number > last, "\(migration.name)")
      last = number
      #expect(migration.text.hasPrefix("-- "), "\(migration.name)")
    }
    #expect(Migration.all.first?.compatibleFrom == 1)
  }

  @Test func `changes nothing the second time`() async throws {
    let applied = try await migrate(Migration.all)
    #expect(applied == [])
  }

  @Test func `makes the months of events that are missing`() async throws {
    let rows = try await TestDatabase.with { database, loop in
      let count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'roster.events'::regclass"
      try await database.run(
        "DO $$ BEGIN EXECUTE 'DROP TABLE roster.events_' || to_char(now() AT TIME ZONE 'UTC', "
          + "'YYYY_MM'); END $$", loop: loop)
      let before = try await database.run(count, loop: loop)
      try await Self.run(Migration.all, database.owner, loop)
      return before + (try await database.run(count, loop: loop))
    }
    #expect(rows == [["4"], ["5"]])
  }

  @Test func `stores the fingerprint of the first primary key only`() async throws {
    let rows = try await TestDatabase.with { database, loop in
      let connection = try await ScriptConnection.open(Conninfo(database.owner), loop: loop)
      defer { connection.close() }
      _ = try await Migrator(connection, pause: { _ in }).run(
        fingerprint: KeyFingerprint(keyID: 2, bytes: [UInt8](repeating: 1, count: 32)))
      return try await database.run(
        "SELECT key_id, encode(fingerprint, 'hex') FROM roster.key_fingerprints", loop: loop)
    }
    #expect(rows == [["1", String(repeating: "5a", count: 32)]])
  }

  @Test func `applies a new migration with its row, as the owner`() async throws {
    let rows = try await TestDatabase.with { database, loop in
      let applied = try await Self.run(
        Self.all(adding: "-- Why.\nCREATE TABLE roster.extra (a int); SELECT 1"),
        database.superuser, loop)
      let table = try await database.run(
        "SELECT tableowner FROM pg_tables WHERE tablename = 'extra'", loop: loop)
      let version = try await database.run(
        "SELECT version, compatible_from FROM roster.schema_version ORDER BY 1 DESC LIMIT 1",
        loop: loop)
      return [[applied.joined()]] + table + version
    }
    #expect(rows == [[Self.extra], ["roster_owner"], ["\(Migration.all.count + 1)", "1"]])
  }

  @Test func `leaves nothing of a migration that fails`() async throws {
    let (failure, rows) = try await TestDatabase.with { database, loop in
      let failure = await #expect(throws: MigrationFailure.self) {
        try await Self.run(
          Self.all(adding: "-- Why.\nCREATE TABLE roster.extra (a int); SELECT 1 / 0"),
          database.owner, loop)
      }
      return (
        failure,
        try await database.run(
          "SELECT to_regclass('roster.extra'), max(version) FROM roster.schema_version",
          loop: loop)
      )
    }
    guard case .failed(migration: Self.extra, _)? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(rows == [[nil, "\(Migration.all.count)"]])
  }

  @Test func `runs one outside a transaction when its text says so`() async throws {
    let applied = try await migrate(
      Self.all(
        adding: "-- Why.\n-- transaction: none\nCREATE INDEX CONCURRENTLY IF NOT EXISTS "
          + "extra ON roster.users (organization_id, state)"))
    #expect(applied == [Self.extra])
  }

  @Test func `tries again while others hold the locks, then gives up`() async throws {
    let pauses = Pauses()
    let failure = try await TestDatabase.with { database, loop in
      let holder = try await ScriptConnection.open(Conninfo(database.superuser), loop: loop)
      defer { holder.close() }
      try await holder.run("BEGIN; LOCK roster.users IN ACCESS EXCLUSIVE MODE")
      let connection = try await ScriptConnection.open(Conninfo(database.owner), loop: loop)
      defer { connection.close() }
      // The migration shortens lock_timeout, so that the test need not wait for two seconds.
      let migrator = Migrator(
        connection,
        migrations: Self.all(
          adding: "-- Why.\nSET LOCAL lock_timeout = '1ms';"
            + "ALTER TABLE roster.users ADD COLUMN extra int"),
        pause: { _ in await pauses.note() })
      return await #expect(throws: MigrationFailure.self) {
        try await migrator.run(fingerprint: nil)
      }
    }
    #expect(failure == .locked(migration: Self.extra, attempts: Migrator.attemptsMax))
    #expect(await pauses.count == Migrator.attemptsMax)
  }

  @Test func `refuses a schema that is newer than it`() async throws {
    let failure = try await failure { database in
      (Array(Migration.all.dropLast()), database.owner)
    }
    #expect(failure == .unknownVersion(Migration.all.count, known: Migration.all.count - 1))
  }

  @Test(arguments: ["roster_service", "roster_system"])
  func `refuses a role that can't act as the owner`(role: String) async throws {
    let failure = try await failure { database in
      (Migration.all, database.conninfo(user: role))
    }
    #expect(failure == .notOwner(role: role))
  }

  @Test(arguments: [
    ("ENCODING 'SQL_ASCII' LOCALE 'C'", MigrationFailure.encoding("SQL_ASCII")),
    ("ENCODING 'UTF8' LOCALE 'C'", MigrationFailure.collation("C")),
  ])
  func `refuses a database of another encoding or collation`(
    options: String, expected: MigrationFailure
  ) async throws {
    let failure = try await TestDatabase.with { database, loop in
      let name = "\(database.name)_odd"
      try await database.run(
        "CREATE DATABASE \(name) OWNER roster_owner TEMPLATE template0 \(options)", loop: loop)
      let failure = await #expect(throws: MigrationFailure.self) {
        try await Self.run(Migration.all, "\(database.owner) dbname=\(name)", loop)
      }
      try await database.run("DROP DATABASE \(name) WITH (FORCE)", loop: loop)
      return failure
    }
    #expect(failure == expected)
  }

  @Test func `tells who may serve on a schema`() {
    let row = FindSchemaVersion.Row(version: 12, compatibleFrom: 10)
    #expect(SchemaVersion.refusal(row, known: 12) == nil)
    #expect(SchemaVersion.refusal(row, known: 10) == nil)
    #expect(
      SchemaVersion.refusal(row, known: 9) == .incompatible(compatibleFrom: 10, known: 9))
    #expect(SchemaVersion.refusal(row, known: 13) == .behind(version: 12, known: 13))
  }

  /// The name of one more than there are.
  private static let extra = "00\(Migration.all.count + 1)_extra"

  private static func all(adding text: String) -> [Migration] {
    Migration.all + [Migration(version: Migration.all.count + 1, name: extra, text: text)]
  }

  @discardableResult
  private static func run(
    _ migrations: [Migration], _ conninfo: String, _ loop: EventLoop
  ) async throws -> [String] {
    let connection = try await ScriptConnection.open(Conninfo(conninfo), loop: loop)
    defer { connection.close() }
    return try await Migrator(connection, migrations: migrations, pause: { _ in })
      .run(fingerprint: nil)
  }

  private func migrate(_ migrations: [Migration]) async throws -> [String] {
    try await TestDatabase.with { database, loop in
      try await Self.run(migrations, database.owner, loop)
    }
  }

  private func failure(
    _ choose: @escaping @Sendable (TestDatabase) -> ([Migration], String)
  ) async throws -> MigrationFailure? {
    try await TestDatabase.with { database, loop in
      let (migrations, conninfo) = choose(database)
      return await #expect(throws: MigrationFailure.self) {
        try await Self.run(migrations, conninfo, loop)
      }
    }
  }
}

private actor Pauses {
  private(set) var count = 0
  func note() { count += 1 }
}
