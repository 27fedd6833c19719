import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite struct `A request id` {
  private static let organization = OrganizationID(uuid(100))
  private static let key = RequestKey(
    organization: organization, principal: .user(UserID(uuid(1))), request: RequestID(uuid(2)))
  private static let digest = [UInt8](repeating: 7, count: 32)
  private static let claim = ClaimRequest(key, method: "roster.v1.S/M", digest: digest)

  @Test func `is claimed by its first use`() async throws {
    let claim = try await StoreFixture.with { fixture in
      let transaction = try await fixture.begin(.of(Self.organization))
      let claim = try await Self.claim(transaction)
      await transaction.rollback()
      return (claim, transaction.xid)
    }
    #expect(claim.0?.isOurs == true)
    #expect(claim.0?.xid == claim.1)
    #expect(claim.0?.epoch == 1)
  }

  @Test func `replays its answer and its revision to the second`() async throws {
    let (xid, claim) = try await StoreFixture.with { fixture in
      let xid = try await Self.answer(fixture)
      let second = try await fixture.begin(.of(Self.organization))
      return (xid, try await Self.claim(second))
    }
    guard
      case .replay(let answer, let revision)? = claim?.outcome(
        method: "roster.v1.S/M", digest: Self.digest)
    else {
      Issue.record("\(String(describing: claim))")
      return
    }
    #expect(answer == [1, 2, 3])
    #expect(revision == Revision(epoch: 1, xid: xid))
  }

  @Test(arguments: [("roster.v1.S/Other", UInt8(7)), ("roster.v1.S/M", UInt8(8))])
  func `is told to be reused by another method or another request`(
    method: String, byte: UInt8
  ) async throws {
    let claim = try await StoreFixture.with { fixture in
      _ = try await Self.answer(fixture)
      let second = try await fixture.begin(.of(Self.organization))
      return try await Self.claim(second)
    }
    guard
      case .reused? = claim?.outcome(
        method: method, digest: [UInt8](repeating: byte, count: 32))
    else {
      Issue.record("\(String(describing: claim))")
      return
    }
  }

  @Test func `is free again when its transaction rolls back`() async throws {
    let claim = try await StoreFixture.with { fixture in
      let first = try await fixture.begin(.of(Self.organization))
      _ = try await Self.claim(first)
      await first.rollback()
      let second = try await fixture.begin(.of(Self.organization))
      return try await Self.claim(second)
    }
    #expect(claim?.isOurs == true)
  }

  @Test func `makes the second wait for the first, then replays`() async throws {
    let claim = try await StoreFixture.with { fixture in
      let first = try await fixture.begin(.of(Self.organization))
      _ = try await Self.claim(first)
      async let second: RequestClaim? = {
        let transaction = try await fixture.begin(.of(Self.organization))
        return try await Self.claim(transaction)
      }()
      var isWaiting = false
      while !isWaiting {
        isWaiting =
          try await fixture.rows(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == [["1"]]
      }
      var batch = Batch()
      batch.add(StoreAnswer(Self.key, sealedAnswer: [1, 2, 3]))
      _ = try await first.commit(batch)
      return try await second
    }
    #expect(claim?.isOurs == false)
    #expect(claim?.sealedAnswer == [1, 2, 3])
  }

  @Test func `is claimed once by a hundred at the same time`() async throws {
    let outcomes = try await StoreFixture.with { fixture in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<100 {
          group.addTask {
            let transaction = try await fixture.begin(.of(Self.organization))
            guard let claim = try await Self.claim(transaction), claim.isOurs else {
              await transaction.rollback()
              return false
            }
            var batch = Batch()
            batch.add(StoreAnswer(Self.key, sealedAnswer: [1, 2, 3]))
            _ = try await transaction.commit(batch)
            return true
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
    }
    #expect(outcomes == 1)
  }

  @Test func `belongs to one organization and one principal`() async throws {
    let claims = try await StoreFixture.with { fixture in
      _ = try await Self.answer(fixture)
      var claims: [Bool?] = []
      for (organization, principal) in [
        (OrganizationID(uuid(200)), Self.key.principal),
        (Self.organization, Principal.serviceToken(ServiceTokenID(uuid(1)))),
      ] {
        let key = RequestKey(
          organization: organization, principal: principal, request: Self.key.request)
        let transaction = try await fixture.begin(.of(organization))
        var batch = Batch()
        let pending = batch.add(ClaimRequest(key, method: "other", digest: Self.digest))
        claims.append(try await transaction.flush(batch).row(pending)?.isOurs)
      }
      return claims
    }
    #expect(claims == [true, true])
  }

  @Test func `of the installation is claimed and answered by the system role`() async throws {
    let key = RequestKey(
      organization: OrganizationID(.nil), principal: .system, request: RequestID(uuid(3)))
    let rows = try await StoreFixture.with { fixture in
      let transaction = try await fixture.begin(.system)
      var first = Batch()
      let pending = first.add(ClaimRequest(key, method: "m", digest: Self.digest))
      let claim = try await transaction.flush(first).row(pending)
      let now = Timestamp(microseconds: transaction.time)
      var second = Batch()
      second.add(StoreAnswer(key, sealedAnswer: [1]))
      second.add(
        InsertEvent(
          Event(
            id: .make(at: now, random: (1, 1)), organization: key.organization, at: now,
            actor: .system, action: .serviceTokenCreated,
            target: EventTarget(.serviceToken, uuid(4)))))
      let commit = try await transaction.commit(second)
      let answers = try await fixture.store.read(FindAnswer(key), as: .system, deadline: nil)
      return (claim?.isOurs, commit.isNarrowing, answers.map(\.sealedAnswer))
    }
    #expect(rows.0 == true)
    #expect(rows.1 == false)
    #expect(rows.2 == [[1]])
  }

  @Test func `is claimed anew after 24 hours, without the old answer`() async throws {
    let (claim, other) = try await StoreFixture.with { fixture in
      _ = try await Self.answer(fixture)
      _ = try await fixture.rows("UPDATE roster.idempotency_keys SET expires_at = now()")
      let found = try await fixture.store.read(
        FindAnswer(Self.key), as: .of(Self.organization), deadline: nil)
      let second = try await fixture.begin(.of(Self.organization))
      return (try await Self.claim(second), found.count)
    }
    #expect(claim?.isOurs == true)
    #expect(claim?.sealedAnswer == nil)
    #expect(other == 0)
  }

  @Test func `tells afterwards whether a commit whose answer was lost took effect`() async throws {
    let found = try await StoreFixture.with { fixture in
      let find = FindAnswer(Self.key)
      let scope = Scope.of(Self.organization)
      let before = try await fixture.store.read(find, as: scope, deadline: nil)
      _ = try await Self.answer(fixture)
      return (before.count, try await fixture.store.read(find, as: scope, deadline: nil).first)
    }
    #expect(found.0 == 0)
    #expect(found.1?.sealedAnswer == [1, 2, 3])
  }

  @Test func `is answered only by the transaction that claimed it`() async throws {
    let error = try await StoreFixture.with { fixture in
      _ = try await Self.answer(fixture)
      return await #expect(throws: DatabaseError.self) {
        try await fixture.commit(
          StoreAnswer(Self.key, sealedAnswer: [9]), as: .of(Self.organization))
      }
    }
    #expect(error == .expectationFailed)
  }

  @Test func `is swept a while after it expired`() async throws {
    let counts = try await StoreFixture.with { fixture in
      _ = try await Self.answer(fixture)
      let first = try await fixture.commit(DeleteExpiredAnswers(), as: .system)
      _ = try await fixture.rows(
        "UPDATE roster.idempotency_keys SET expires_at = now() - interval '1 s'")
      return first + (try await fixture.commit(DeleteExpiredAnswers(), as: .system))
    }
    #expect(counts == [0, 1])
  }

  private static func claim(_ transaction: Transaction) async throws -> RequestClaim? {
    var batch = Batch()
    let pending = batch.add(claim)
    return try await transaction.flush(batch).row(pending)
  }

  /// Claims, answers and commits; the xid it had.
  private static func answer(_ fixture: StoreFixture) async throws -> UInt64 {
    let transaction = try await fixture.begin(.of(organization))
    _ = try await claim(transaction)
    var batch = Batch()
    batch.add(StoreAnswer(key, sealedAnswer: [1, 2, 3]))
    return try await transaction.commit(batch).xid
  }
}
