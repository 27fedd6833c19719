import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite struct `Statements about service tokens` {
  private static func token(
    _ number: UInt64, organizations: ServiceToken.Organizations = .all,
    expiresAt: Timestamp? = nil
  ) throws -> ServiceToken {
    let rights = ServiceToken.Rights(
      methods: [.service("roster.v1.UserService"), .method("roster.v1.TokenService/ListTokens")],
      organizations: organizations, actsForUsers: true)
    return try ServiceToken(
      id: ServiceTokenID(uuid(number)), name: Name(stored: "billing"), rights: rights,
      at: .newYear, expiresAt: expiresAt)
  }

  private static func hash(_ number: UInt64) -> [UInt8] {
    [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 32)
  }

  private static func insert(_ token: ServiceToken) -> InsertServiceToken {
    InsertServiceToken(token, hash: hash(token.id.uuid.low & 0xff))
  }

  @Test func `give back what was inserted, by list and, while it lives, by hash`() async throws {
    let all = try Self.token(1)
    let some = try Self.token(
      2, organizations: .some([OrganizationID(uuid(7)), OrganizationID(uuid(8))]),
      expiresAt: .newYear.after(seconds: 9))
    let found = try await StoreFixture.with { fixture in
      for token in [some, all] { try await fixture.commit(Self.insert(token), as: .system) }
      let store = fixture.store
      return [
        try await store.read(
          FindServiceTokenByHash(hash: Self.hash(1)), as: .system, deadline: nil),
        try await store.read(
          FindServiceTokenByHash(hash: Self.hash(2)), as: .system, deadline: nil),
        try await store.read(
          ListServiceTokens(after: nil, limit: 10), as: .system, deadline: nil),
        try await store.read(
          ListServiceTokens(after: all.id, limit: 10), as: .system, deadline: nil),
        try await store.read(
          ListLiveServiceTokens(after: nil, limit: 10), as: .system, deadline: nil),
        try await store.read(
          FindServiceTokenByHash(hash: Self.hash(3)), as: .system, deadline: nil),
      ]
    }
    #expect(found == [[all], [], [all, some], [some], [all], []])
  }

  @Test func `revoke once`() async throws {
    let token = try Self.token(1)
    let (stored, error) = try await StoreFixture.with { fixture in
      try await fixture.commit(Self.insert(token), as: .system)
      let revoke = RevokeServiceToken(token.id, at: .newYear)
      try await fixture.commit(revoke, as: .system)
      let error = await #expect(throws: DatabaseError.self) {
        try await fixture.commit(revoke, as: .system)
      }
      return (
        try await fixture.commit(FindServiceTokenForUpdate(token.id), as: .system)
          + fixture.store.read(
            FindServiceTokenByHash(hash: Self.hash(1)), as: .system, deadline: nil), error
      )
    }
    #expect(stored.map(\.revokedAt) == [.newYear])
    #expect(error == .expectationFailed)
  }

  @Test func `poll first everything, then only what changed`() async throws {
    let (one, two) = (try Self.token(1), try Self.token(2))
    let polled = try await StoreFixture.with { fixture in
      func poll(_ since: String?) async throws -> [PollServiceTokens.Row] {
        try await fixture.store.read(
          PollServiceTokens(since: since), as: .system, deadline: nil)
      }
      try await fixture.commit(Self.insert(one), as: .system)
      let first = try await poll(nil)
      let idle = try await poll(first[0].snapshot)
      try await fixture.commit(Self.insert(two), as: .system)
      try await fixture.commit(RevokeServiceToken(one.id, at: .newYear), as: .system)
      let changed = try await poll(idle[0].snapshot)
      return [first, idle, changed, try await poll(changed[0].snapshot)]
    }
    #expect(polled.map(\.count) == [1, 1, 2, 1])
    #expect(polled[0][0].change?.token == one)
    #expect(polled[0][0].change?.hash == Self.hash(1))
    #expect(polled[1].map { $0.change == nil } == [true])
    #expect(Set(polled[2].compactMap { $0.change?.token?.id }) == [one.id, two.id])
    #expect(polled[2].contains { $0.change?.token?.revokedAt == .newYear })
    #expect(polled[3].map { $0.change == nil } == [true])
    #expect(polled[0][0].epoch == 1)
    #expect(polled[0][0].timeline == "00000001")
  }

  @Test func `poll a change whose transaction began before the last poll`() async throws {
    let token = try Self.token(1)
    let found = try await StoreFixture.with { fixture in
      let slow = try await fixture.begin(.system)
      var batch = Batch()
      batch.add(Self.insert(token))
      _ = try await slow.flush(batch)
      // Another commit moves the snapshot's upper end past the slow transaction.
      try await fixture.commit(Self.insert(try Self.token(2)), as: .system)
      let before = try await fixture.store.read(
        PollServiceTokens(since: nil), as: .system, deadline: nil)
      _ = try await slow.commit(Batch())
      return try await fixture.store.read(
        PollServiceTokens(since: before[0].snapshot), as: .system, deadline: nil)
    }
    #expect(found.map { $0.change?.token } == [token])
  }

  @Test func `refuse to delete a live token, and let an ended one go`() async throws {
    let token = try Self.token(1)
    let (error, count) = try await StoreFixture.with { fixture in
      try await fixture.commit(Self.insert(token), as: .system)
      let error = await #expect(throws: DatabaseError.self) {
        try await fixture.rows("DELETE FROM roster.service_tokens")
      }
      try await fixture.commit(RevokeServiceToken(token.id, at: .newYear), as: .system)
      return (
        error,
        try await fixture.rows(
          "DELETE FROM roster.service_tokens; SELECT count(*) FROM roster.service_tokens")
      )
    }
    guard case .rejected(sqlState: "55000", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(count == [["0"]])
  }
}
