import Domain
import Postgres
import Server
import Store
import TestSupport
import Testing

@Suite struct `Sealing events` {
  @Test func `makes a chain of each organization`() async throws {
    try await AuditFixture.with { fixture in
      try await fixture.write(2)
      try await fixture.write(1, in: AuditFixture.beta)
      let first = try await fixture.seal()
      #expect(first.map(\.organization) == [AuditFixture.acme, AuditFixture.beta])
      #expect(first.map(\.number) == [1, 1])
      #expect(first.map(\.eventCount) == [2, 1])
      #expect(first.map(\.previousDigest) == [EventSeal.noDigest, EventSeal.noDigest])

      try await fixture.write(3)
      let second = try await fixture.seal()
      #expect(second.map(\.organization) == [AuditFixture.acme])
      #expect(second.map(\.number) == [2])
      #expect(second.map(\.previousDigest) == [first[0].digest])
      let report = try await fixture.verify()
      #expect(report.fault == nil)
      #expect([report.sealCount, report.eventCount, report.unsealedCount] == [2, 5, 0])
    }
  }

  @Test func `writes nothing when nothing is new`() async throws {
    try await AuditFixture.with { fixture in
      try await fixture.write()
      try await fixture.seal()
      let mark = "SELECT xmin, snapshot::text FROM roster.event_seal_mark"
      let before = try await fixture.run(mark)
      #expect(try await fixture.seal() == [])
      #expect(try await fixture.run(mark) == before)
    }
  }

  @Test func `seals an event that is committed late once, in a later seal`() async throws {
    try await AuditFixture.with { fixture in
      let late = try await fixture.begin(2)
      try await fixture.write()
      #expect(try await fixture.seal().map(\.eventCount) == [1])
      #expect(try await fixture.seal() == [])
      _ = try await late.commit(Batch())
      #expect(try await fixture.seal().map(\.eventCount) == [2])
      let report = try await fixture.verify()
      #expect(report.fault == nil)
      #expect([report.sealCount, report.eventCount] == [2, 3])
    }
  }

  @Test func `never cuts a transaction, however large`() async throws {
    try await AuditFixture.with { fixture in
      try await fixture.write(1)
      try await fixture.write(50)
      try await fixture.write(1)
      let seals = try await fixture.seal(Sealer(fixture.system, eventCountMax: 3))
      #expect(seals.map(\.eventCount).reduce(0, +) == 52)
      #expect(seals.map(\.eventCount).contains(where: { $0 >= 50 }))
      #expect(try await fixture.verify().fault == nil)
    }
  }

  /// Transactions begin, commit, roll back and are sealed in an order that a seed decides.
  @Test(arguments: 1...12)
  func `loses no event and seals none twice, in whatever order commits come`(
    seed: Int
  ) async throws {
    try await AuditFixture.with { fixture in
      var dice = Dice(state: UInt64(seed))
      var open: [Transaction] = []
      var (committed, sealed) = (0, 0)
      var sizes: [ObjectIdentifier: Int] = [:]
      func sealStep() async throws -> Bool {
        let size = Int.random(in: 1...4, using: &dice)
        let outcome = try await Sealer(fixture.system, eventCountMax: size).seal()
        sealed += outcome.eventCount
        return outcome.isMore
      }
      for _ in 0..<60 {
        switch Int.random(in: 0..<6, using: &dice) {
        case 0...2 where open.count < 5:
          let count = Int.random(in: 1...3, using: &dice)
          let organization = Bool.random(using: &dice) ? AuditFixture.acme : AuditFixture.beta
          let transaction = try await fixture.begin(count, in: organization)
          sizes[ObjectIdentifier(transaction)] = count
          open.append(transaction)
        case 3 where !open.isEmpty:
          let transaction = open.remove(at: Int.random(in: 0..<open.count, using: &dice))
          if Int.random(in: 0..<4, using: &dice) == 0 {
            await transaction.rollback()
          } else {
            _ = try await transaction.commit(Batch())
            committed += sizes[ObjectIdentifier(transaction)] ?? 0
          }
        default: _ = try await sealStep()
        }
      }
      for transaction in open { await transaction.rollback() }
      while try await sealStep() {}
      #expect(sealed == committed)
      for organization in [AuditFixture.acme, AuditFixture.beta] {
        let report = try await fixture.verify(organization)
        #expect(report.fault == nil)
        #expect(report.unsealedCount == 0)
      }
    }
  }

  @Test func `is safe in two processes at once`() async throws {
    try await AuditFixture.with { fixture in
      let other = try AuditFixture.systemPool(fixture.database, fixture.loop)
      var sealed = 0
      for round in 0..<20 {
        try await fixture.write(1 + round % 3)
        try await fixture.write(1, in: AuditFixture.beta)
        async let one = Sealer(fixture.system, eventCountMax: 2).seal()
        async let two = Sealer(other, eventCountMax: 2).seal()
        for outcome in [try await one, try await two] { sealed += outcome.eventCount }
      }
      sealed += Int(try await fixture.seal().map(\.eventCount).reduce(0, +))
      #expect(sealed == 59)
      #expect(try await fixture.verify().fault == nil)
      #expect(try await fixture.verify(AuditFixture.beta).fault == nil)
    }
  }

  @Test func `waits for the epoch to be raised when xids began again`() async throws {
    try await AuditFixture.with { fixture in
      try await fixture.write(2)
      try await fixture.seal()
      try await fixture.write(1)
      // As after a restore: what there is has xids that the cluster has still to reach.
      try await fixture.run(
        """
        UPDATE roster.events SET xid = (xid::text::int8 + 1000000)::text::xid8;
        UPDATE roster.event_seal_mark SET snapshot = (
          SELECT (n || ':' || n || ':')::pg_snapshot
            FROM (SELECT pg_snapshot_xmax(snapshot)::text::int8 + 1000000 AS n) AS s);
        """)
      let failure = await #expect(throws: Sealer.Failure.self) { try await fixture.seal() }
      #expect(failure?.description.contains("raise_epoch()") == true)

      try await fixture.run("SET ROLE roster_owner; SELECT roster.raise_epoch()")
      try await fixture.write(4)
      let seals = try await fixture.seal(Sealer(fixture.system, eventCountMax: 2))
      #expect(seals.map(\.eventCount).reduce(0, +) == 5)
      #expect(seals.last?.position.epoch == 2)
    }
  }

  @Test func `goes on in the next epoch with what the one before left`() async throws {
    try await AuditFixture.with { fixture in
      try await fixture.write(3)
      try await fixture.run("SET ROLE roster_owner; SELECT roster.raise_epoch()")
      try await fixture.write(2)
      try await fixture.write(2)
      let seals = try await fixture.seal(Sealer(fixture.system, eventCountMax: 4))
      #expect(seals.map(\.position.epoch) == [2, 2, 2])
      let report = try await fixture.verify()
      #expect(report.fault == nil)
      #expect([report.eventCount, report.unsealedCount] == [7, 0])
    }
  }

  @Test func `tells how old the first event is that is not sealed`() async throws {
    try await AuditFixture.with { fixture in
      func lag() async throws -> FindSealLag.Row? {
        try await fixture.system.read(FindSealLag(), as: .none, deadline: nil).first
      }
      #expect(try await lag()?.hasUnsealed == false)
      #expect(try await lag()?.lag == .zero)
      try await fixture.write()
      try await fixture.run("UPDATE roster.events SET at = at - interval '1 minute'")
      let found = try await lag()
      #expect(found?.hasUnsealed == true)
      #expect(found.map { $0.lag > .seconds(60) && $0.lag < .seconds(90) } == true)
      try await fixture.seal()
      #expect(try await lag()?.hasUnsealed == false)
    }
  }
}
