import AccessIndex
import Domain
import EventLoop
import Postgres
import Synchronization
import TestSupport
import Testing

/// What a poller reported.
final class Failures: Sendable {
  let list = Mutex<[DatabaseError]>([])
}

/// An index over a database of its own, polled on the test's loop.
struct PolledDatabase: Sendable {
  let database: TestDatabase
  let loop: EventLoop
  let tokens = ServiceTokens()
  let poller: ServiceTokenPoller
  let failures = Failures()

  init(_ database: TestDatabase, _ loop: EventLoop) throws {
    self.database = database
    self.loop = loop
    var configuration = try DatabaseConfiguration(database.system)
    configuration.systemRole = nil
    let pool = Database(configuration, loop: loop, random: { 0 })
    poller = ServiceTokenPoller(
      tokens, source: DatabaseTokenSource(pool), loop: loop,
      onFailure: { [failures] failure in failures.list.withLock { $0.append(failure) } })
    poller.start()
  }

  static func with(
    _ body: @escaping @Sendable (PolledDatabase) async throws -> Void
  ) async throws {
    try await TestDatabase.with { database, loop in
      let polled = try PolledDatabase(database, loop)
      defer { polled.poller.stop() }
      try await body(polled)
    }
  }

  func connect() async throws -> ScriptConnection {
    try await ScriptConnection.open(Conninfo(database.system), loop: loop)
  }

  /// Inserts token `number`, whose hash is 31 zero bytes and the number.
  static func insert(_ number: Int, expires: String = "NULL") -> String {
    """
    INSERT INTO roster.service_tokens
      (token_id, hash, name, methods, act_for_users, created_at, expires_at)
    VALUES (gen_random_uuid(), set_byte(decode(repeat('00', 32), 'hex'), 31, \(number)),
            'token \(number)', '{*}', false, now(), \(expires))
    """
  }

  static func revoke(_ number: Int) -> String {
    """
    UPDATE roster.service_tokens SET revoked_at = now()
     WHERE hash = set_byte(decode(repeat('00', 32), 'hex'), 31, \(number))
    """
  }

  func lookup(_ number: Int) -> ServiceTokens.Answer {
    tokens.lookup(TokenHash(words: (0, 0, 0, UInt64(number))))
  }

  func isValid(_ number: Int) -> Bool {
    if case .valid = lookup(number) { true } else { false }
  }
}

@Suite struct `Service tokens of a database` {
  @Test func `are known after a poll, and unknown after one that saw them revoked`() async throws {
    try await PolledDatabase.with { polled in
      let connection = try await polled.connect()
      defer { connection.close() }
      try await connection.run(PolledDatabase.insert(1))
      #expect(await polled.poller.pollNow())
      guard case .valid(let token, let version) = polled.lookup(1) else {
        Issue.record("the token is not known")
        return
      }
      #expect(token.name.text == "token 1")
      #expect(token.methods == [.all])
      #expect(token.organizations == .all)
      #expect(polled.tokens.holds(token, version: version))
      #expect(polled.lookup(2) == .unknown)
      try await connection.run(PolledDatabase.revoke(1))
      #expect(await polled.poller.pollNow())
      #expect(polled.lookup(1) == .unknown)
      #expect(!polled.tokens.holds(token, version: version))
    }
  }

  @Test func `of transactions that commit out of order are all seen`() async throws {
    try await PolledDatabase.with { polled in
      let slow = try await polled.connect()
      let quick = try await polled.connect()
      defer {
        slow.close()
        quick.close()
      }
      try await slow.run("BEGIN; \(PolledDatabase.insert(1))")
      try await quick.run(PolledDatabase.insert(2))
      #expect(await polled.poller.pollNow())
      #expect(polled.lookup(1) == .unknown)
      #expect(polled.isValid(2))
      // Its xid is older than those the last polls have seen.
      try await slow.run("COMMIT")
      #expect(await polled.poller.pollNow())
      #expect(polled.isValid(1))
      try await slow.run("BEGIN; \(PolledDatabase.revoke(2))")
      try await quick.run(PolledDatabase.insert(3))
      #expect(await polled.poller.pollNow())
      #expect(polled.isValid(2))
      try await slow.run("COMMIT")
      #expect(await polled.poller.pollNow())
      #expect(polled.lookup(2) == .unknown)
      #expect(polled.isValid(3))
    }
  }

  @Test func `are served beside one that can't be read, which is refused and reported once`()
    async throws
  {
    try await PolledDatabase.with { polled in
      let connection = try await polled.connect()
      defer { connection.close() }
      try await connection.run(PolledDatabase.insert(1))
      #expect(await polled.poller.pollNow())
      // A pattern of a version to come, say.
      try await connection.run(
        PolledDatabase.insert(2) + ";" + PolledDatabase.insert(3)
          + "; UPDATE roster.service_tokens SET methods = '{a?b}' WHERE name <> 'token 2'")
      for _ in 0..<3 { #expect(await polled.poller.pollNow()) }
      #expect(polled.lookup(1) == .unknown)
      #expect(polled.isValid(2))
      #expect(polled.lookup(3) == .unknown)
      let fault = DatabaseError.undecodable(column: 7, reason: "no method pattern")
      #expect(polled.failures.list.withLock { $0 } == [fault, fault])
    }
  }

  @Test func `expire by the clock of the database`() async throws {
    try await PolledDatabase.with { polled in
      let connection = try await polled.connect()
      defer { connection.close() }
      let soon = "clock_timestamp() + interval '150 milliseconds'"
      try await connection.run(PolledDatabase.insert(1, expires: soon))
      #expect(await polled.poller.pollNow())
      #expect(polled.isValid(1))
      while try await connection.run(
        "SELECT 1 FROM roster.service_tokens WHERE expires_at > clock_timestamp()"
      ).count == 1 {}
      // No poll is needed for it.
      #expect(polled.lookup(1) == .unknown)
    }
  }

  @Test func `are loaded anew when the epoch is raised`() async throws {
    try await PolledDatabase.with { polled in
      try await polled.database.run(PolledDatabase.insert(1), loop: polled.loop)
      #expect(await polled.poller.pollNow())
      #expect(polled.isValid(1))
      // As after a restore: a row that no snapshot would show as changed is gone.
      try await polled.database.run(
        """
        SET session_replication_role = replica;
        ALTER TABLE roster.service_tokens DISABLE TRIGGER ALL;
        DELETE FROM roster.service_tokens;
        UPDATE roster.cluster_epoch SET epoch = epoch + 1;
        """, loop: polled.loop)
      while await !polled.poller.pollNow() {}
      #expect(polled.lookup(1) == .unknown)
    }
  }
}

@Suite struct `Service tokens while their database is in trouble` {
  @Test func `survive the loss of the poll's connection`() async throws {
    try await PolledDatabase.with { polled in
      try await polled.database.run(PolledDatabase.insert(1), loop: polled.loop)
      #expect(await polled.poller.pollNow())
      for _ in 0..<3 {
        try await polled.database.run(
          """
          SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
           WHERE usename = 'roster_system' AND datname = current_database()
          """, loop: polled.loop)
        while await !polled.poller.pollNow() {}
        #expect(polled.isValid(1))
      }
    }
  }

  @Test func `are stale once it has been silent for a lease`() async throws {
    try await PolledDatabase.with { polled in
      let connection = try await polled.connect()
      defer { connection.close() }
      try await connection.run(PolledDatabase.insert(1))
      #expect(await polled.poller.pollNow())
      let owner = try await ScriptConnection.open(
        Conninfo(polled.database.superuser), loop: polled.loop)
      defer { owner.close() }
      // The revocation is part of what blocks every poll.
      try await owner.run(
        """
        BEGIN;
        LOCK TABLE roster.service_tokens IN ACCESS EXCLUSIVE MODE;
        \(PolledDatabase.revoke(1))
        """)
      let silent = MonotonicInstant.now()
      #expect(polled.isValid(1))
      while polled.lookup(1) != .stale, MonotonicInstant.now() - silent < .seconds(5) {
        try await polled.loop.sleep(for: .milliseconds(1))
      }
      #expect(MonotonicInstant.now() - silent < ServiceTokens.revocationWait)
      try await owner.run("COMMIT")
      while await !polled.poller.pollNow() {}
      #expect(polled.lookup(1) == .unknown)
    }
  }

  /// The promise itself, in real time: a reader on a thread of its own, a poll that is disturbed.
  @Test func `are never valid 1.05 s after the commit that revoked them`() async throws {
    try await PolledDatabase.with { polled in
      let connection = try await polled.connect()
      defer { connection.close() }
      let count = 8
      for number in 1...count { try await connection.run(PolledDatabase.insert(number)) }
      #expect(await polled.poller.pollNow())
      // When each revocation had returned, in nanoseconds; 0 while it has not.
      let returned = (0...count).map { _ in Returned() }
      let reader = try EventLoop(index: 1)
      reader.start()
      defer { reader.stop() }
      let reading = Task(executorPreference: reader) { Self.read(polled, returned) }
      for number in 1...count {
        try await connection.run(PolledDatabase.revoke(number))
        let wait = MonotonicInstant.now().advanced(by: ServiceTokens.revocationWait)
        returned[number].instant.store(wait.nanoseconds, ordering: .relaxed)
        if number % 3 == 0 {
          try await polled.database.run(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE usename = 'roster_system' AND query LIKE '%pg_visible_in_snapshot%'
               AND pid <> pg_backend_pid()
            """, loop: polled.loop)
        }
        try await polled.loop.sleep(for: .milliseconds(40))
      }
      let finding = await reading.value
      #expect(finding.violations == 0)
      #expect(finding.validCount > 0)
    }
  }

  final class Returned: Sendable {
    let instant = Atomic<UInt64>(0)
  }

  /// Asks for every token until 200 ms after the last revocation returned.
  static func read(
    _ polled: PolledDatabase, _ returned: [Returned]
  ) -> (violations: Int, validCount: Int) {
    var violations = 0
    var validCount = 0
    while true {
      for number in 1..<returned.count {
        let promised = returned[number].instant.load(ordering: .relaxed)
        let asked = MonotonicInstant.now()
        guard polled.isValid(number) else { continue }
        validCount += 1
        if promised > 0, asked.nanoseconds > promised { violations += 1 }
      }
      let last = returned.map { $0.instant.load(ordering: .relaxed) }.dropFirst().min() ?? 0
      let latest = returned.map { $0.instant.load(ordering: .relaxed) }.max() ?? 0
      if last > 0, MonotonicInstant.now().nanoseconds > latest + 200_000_000 { break }
    }
    return (violations, validCount)
  }
}
