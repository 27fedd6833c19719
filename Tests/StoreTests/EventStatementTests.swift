import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite struct `Statements about events` {
  private static let user = User.example()

  @Test func `write an event under the epoch and the xid of its transaction`() async throws {
    let (xid, event, rows) = try await StoreFixture.with { fixture in
      let transaction = try await fixture.begin(.of(Self.user.organization))
      _ = try await transaction.flush(Batch())
      var event = Self.event(at: Timestamp(microseconds: transaction.time))
      event.requestID = RequestID(uuid(5))
      event.traceID = [UInt8](repeating: 1, count: 16)
      event.reason = "TEST"
      event.targetDetails = [1, 2]
      var batch = Batch()
      batch.add(InsertEvent(event))
      let xid = try await transaction.commit(batch).xid
      let rows = try await fixture.rows(
        """
        SELECT organization_id, event_id, epoch, xid, actor_kind, actor_id, action, target_kind,
               target_id, outcome, reason, request_id, encode(trace_id, 'hex'), actor_details,
               encode(target_details, 'hex'), extract(epoch FROM at) * 1000000
          FROM roster.events
        """)
      return (xid, event, rows)
    }
    #expect(
      rows == [
        [
          Self.user.organization.text, event.id.text, "1", "\(xid)", "system",
          UUID128.nil.text, "user.created", "user", Self.user.id.text, "succeeded", "TEST",
          uuid(5).text, String(repeating: "01", count: 16), nil, "0102",
          "\(event.at.microseconds).000000",
        ]
      ])
  }

  @Test func `have a partition from last month to three months ahead`() async throws {
    let names = try await StoreFixture.with { fixture in
      try await fixture.rows(
        """
        SELECT to_char(month, 'YYYY_MM') = right(c.relname, 7)
          FROM generate_series(-1, 3) AS ahead
         CROSS JOIN LATERAL (
           SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead)
             AS month) AS m
          LEFT JOIN pg_class AS c ON c.relname = 'events_' || to_char(month, 'YYYY_MM')
        """)
    }
    #expect(names == [["t"], ["t"], ["t"], ["t"], ["t"]])
  }

  @Test(arguments: [
    Timestamp(microseconds: 0), Timestamp(microseconds: 32_503_680_000_000_000),
  ])
  func `fail for a month that has no partition`(instant: Timestamp) async throws {
    let error = try await StoreFixture.with { fixture in
      await #expect(throws: DatabaseError.self) {
        try await fixture.commit(
          InsertEvent(Self.event(at: instant)), as: .of(Self.user.organization))
      }
    }
    #expect(error == .partitionMissing(table: "events"))
  }

  @Test func `make only the partitions that are missing`() async throws {
    let made = try await StoreFixture.with { fixture in
      let first = try await fixture.commit(MakeEventPartitions(), as: .system)
      _ = try await fixture.rows(
        "DO $$ BEGIN EXECUTE 'DROP TABLE roster.events_' || to_char(date_trunc('month', "
          + "now() AT TIME ZONE 'UTC') + interval '3 months', 'YYYY_MM'); END $$")
      return first + (try await fixture.commit(MakeEventPartitions(), as: .system))
    }
    #expect(made == [0, 1])
  }

  @Test func `split the months at UTC midnight, whatever the session's time zone`() async throws {
    let bounds = try await StoreFixture.with { fixture in
      try await fixture.rows(
        """
        SET TimeZone = 'Pacific/Auckland';
        SELECT roster.event_id_floor('2026-12-01 00:00:00Z')
        """)
    }
    // 2026-12-01T00:00:00Z is 1,796,083,200,000 ms.
    let floor = UUID128(high: 1_796_083_200_000 << 16, low: 0)
    #expect(bounds == [[floor.text]])
    #expect(
      UUID128.version7(milliseconds: 1_796_083_199_999, random: (.max, .max)) < floor)
    #expect(floor < UUID128.version7(milliseconds: 1_796_083_200_000, random: (0, 0)))
  }

  @Test func `keep a subject's key`() async throws {
    let keys = try await StoreFixture.with { fixture in
      let (organization, scope) = (Self.user.organization, Scope.of(Self.user.organization))
      let find = FindSubjectKey(organization: organization, subject: Self.user.id)
      let before = try await fixture.store.read(find, as: scope, deadline: nil)
      try await fixture.commit(
        InsertSubjectKey(
          organization: organization, subject: Self.user.id, sealedKey: [4, 2], at: .newYear),
        as: scope)
      return [before, try await fixture.store.read(find, as: scope, deadline: nil)]
    }
    #expect(keys == [[], [[4, 2]]])
  }

  @Test func `put a message into the outbox`() async throws {
    let message = OutboxMessage(
      id: OutboxID(uuid(1)), organization: Self.user.organization, template: .userCreated,
      subject: Self.user.id, sealedPayload: [9], at: .newYear)
    let rows = try await StoreFixture.with { fixture in
      try await fixture.commit(
        InsertOutboxMessage(message), as: .of(Self.user.organization))
      return try await fixture.rows(
        "SELECT kind, template, subject_id, attempts, next_at = created_at, done_at "
          + "FROM roster.outbox")
    }
    #expect(rows == [["email", "user_created", Self.user.id.text, "0", "t", nil]])
  }

  @Test func `bring texts to NFC in their order`() async throws {
    let texts = try await StoreFixture.with { fixture in
      try await fixture.store.read(
        NormalizeTexts(["e\u{301}", "", "\u{212b}", "ﬁ"]), as: .none, deadline: nil)
    }
    #expect(
      texts.map { $0.map { Array($0.unicodeScalars) } } == [
        [["\u{e9}"], [], ["\u{c5}"], ["\u{fb01}"]]
      ])
  }

  private static func event(at instant: Timestamp) -> Event {
    Event(
      id: .make(at: instant, random: (1, 1)), organization: user.organization, at: instant,
      actor: .system, action: .userCreated, target: EventTarget(.user, user.id.uuid))
  }
}
