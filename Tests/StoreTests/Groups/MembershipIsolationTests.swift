import Domain
import EventLoop
import Postgres
import Store
import Testing

/// One transaction in the two flushes of a mutation.
private struct Actor: Sendable {
  let name: String
  /// Keeps to the order of locks, so that it never fails beside another that does.
  let keepsOrder: Bool
  let first: @Sendable (inout Batch) -> Pending<FindGroup>
  let second: @Sendable (inout Batch) -> Void

  static let organization = StoreFixture.organization
  static let (group, user) = (GroupID(50), UserID(uuid(1)))

  static func hold(_ batch: inout Batch) -> Pending<FindGroup> {
    batch.add(HoldUsers(organization: organization, users: [user]))
    batch.add(HoldGroups(organization: organization, groups: [group]))
    return batch.add(FindGroup(organization: organization, group: group))
  }

  static func look(_ batch: inout Batch) -> Pending<FindGroup> {
    batch.add(FindGroup(organization: organization, group: group))
  }

  /// Who holds nothing writes as an identity provider's sync might.
  static let all: [Actor] = [
    Actor(name: "add", keepsOrder: true, first: hold) {
      $0.add(
        InsertMembers(organization: organization, rows: [.manual(1)], addedBy: .system))
    },
    Actor(name: "add two", keepsOrder: true, first: hold) {
      $0.add(
        InsertMembers(
          organization: organization, rows: [.manual(1), .manual(2)], addedBy: .system))
    },
    Actor(name: "remove", keepsOrder: true, first: hold) { $0.add(DeleteBySource("manual")) },
    Actor(
      name: "suspend", keepsOrder: true,
      first: { batch in
        batch.add(HoldUser(organization: organization, user: user))
        batch.add(HoldGroupsOfUser(organization: organization, user: user))
        return look(&batch)
      }, second: { $0.add(Suspend()) }),
    Actor(
      name: "delete the group", keepsOrder: true,
      first: { batch in
        batch.add(HoldGroupToDelete(organization: organization, group: group))
        return look(&batch)
      },
      second: { batch in
        batch.add(DeleteMembersOfGroup(organization: organization, group: group))
        batch.add(DeleteGroup(organization: organization, group: group))
      }),
    Actor(name: "sync adds", keepsOrder: false, first: look) { $0.add(InsertByDirectory()) },
    Actor(name: "sync removes", keepsOrder: false, first: look) {
      $0.add(DeleteBySource("directory"))
    },
    Actor(name: "suspend unheld", keepsOrder: false, first: look) { $0.add(Suspend()) },
  ]
}

private struct InsertByDirectory: Statement {
  static let kind = StatementKind.write
  static let sql: StaticString = """
    INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
      joined_at, added_by_kind, added_by)
    VALUES ($1, $2, $3, 'directory', $1, now(), 'user', $1)
    ON CONFLICT DO NOTHING
    """
  func bind(_ parameters: inout Parameters) {
    parameters.id(Actor.organization)
    parameters.id(Actor.group)
    parameters.id(Actor.user)
  }
  typealias Row = NoRow
}

private struct DeleteBySource: Statement {
  let source: String
  init(_ source: String) { self.source = source }
  static let kind = StatementKind.write
  static let sql: StaticString = """
    DELETE FROM roster.group_members WHERE organization_id = $1 AND user_id = $2 AND source = $3
    """
  func bind(_ parameters: inout Parameters) {
    parameters.id(Actor.organization)
    parameters.id(Actor.user)
    parameters.text(source)
  }
  typealias Row = NoRow
}

private struct Suspend: Statement {
  static let kind = StatementKind.write
  static let sql: StaticString = """
    UPDATE roster.group_members SET suspended_at = now()
     WHERE organization_id = $1 AND user_id = $2
    """
  func bind(_ parameters: inout Parameters) {
    parameters.id(Actor.organization)
    parameters.id(Actor.user)
  }
  typealias Row = NoRow
}

@Suite struct `Two changes of members at once` {
  /// Who takes the next step; each has two, and the second commits.
  enum Order: String, CaseIterable { case abab, abba, aabb }

  @Test(arguments: Order.allCases)
  func `leave sizes right, no member without a group, and never fail for their locks`(
    order: Order
  ) async throws {
    try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...2, groups: [.example(), .example(51, name: "other")])
      for a in Actor.all {
        for b in Actor.all {
          for start in Self.starts {
            _ = try await fixture.rows(Self.reset + start)
            let errors = await Race(fixture, a, b).run(order)
            let what: Comment = "\(order) \(a.name), \(b.name), from \(start)"
            if a.keepsOrder, b.keepsOrder { #expect(errors == [], what) }
            #expect(errors.allSatisfy(Self.isAllowed), what)
            let (kept, recounted) = try await fixture.sizes()
            #expect(kept == recounted, what)
          }
        }
      }
    }
  }

  /// Of who doesn't take the group's lock first: it may find the group gone, or be the victim of a
  /// deadlock.
  private static func isAllowed(_ error: DatabaseError) -> Bool {
    switch error {
    case .foreignKeyViolation, .serialization: true
    default: false
    }
  }

  private static let reset = """
    DELETE FROM roster.group_members; DELETE FROM roster.groups;
    INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
      created_at, updated_at)
    SELECT organization_id, g::uuid, g, '', 'local', now(), now()
      FROM roster.organizations,
           unnest(ARRAY['\(GroupID(50))', '\(GroupID(51))']) AS g;
    """

  /// Nobody; the user by two sources, and in another group.
  private static let starts = [
    "",
    """
    INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
      joined_at, added_by_kind, added_by)
    SELECT o.organization_id, g.group_id, '\(UserID(uuid(1)))', s,
           CASE s WHEN 'manual' THEN '00000000-0000-0000-0000-000000000000'
                  ELSE o.organization_id END, now(), 'user', o.organization_id
      FROM roster.organizations AS o, roster.groups AS g,
           unnest(ARRAY['manual', 'directory']) AS s
    """,
  ]
}

/// Steps of two transactions in a given order; a step that waits for the other's lock is left to
/// wait, and what comes after it in its transaction waits with it.
private final class Race: @unchecked Sendable {
  // Safety: confined to the fixture's loop.
  private let fixture: StoreFixture
  private let actors: [Actor]
  private var transactions: [Transaction?] = [nil, nil]
  private var groups: [Bool] = [false, false]
  private var tails: [Task<Void, Never>?] = [nil, nil]
  private var pending = [0, 0]
  private var errors: [DatabaseError] = []

  init(_ fixture: StoreFixture, _ a: Actor, _ b: Actor) {
    self.fixture = fixture
    actors = [a, b]
  }

  func run(_ order: `Two changes of members at once`.Order) async -> [DatabaseError] {
    for letter in order.rawValue {
      let who = letter == "a" ? 0 : 1
      start(who)
      await settle(who)
    }
    for tail in tails { await tail?.value }
    return errors
  }

  private func start(_ who: Int) {
    let before = tails[who]
    pending[who] += 1
    tails[who] = Task(executorPreference: fixture.loop) {
      await before?.value
      await self.step(who)
      self.pending[who] -= 1
    }
  }

  /// Until the step is done, or waits for a lock.
  private func settle(_ who: Int) async {
    while pending[who] > 0 {
      let waiting = try? await fixture.rows("SELECT count(*) FROM pg_locks WHERE NOT granted")
      if waiting != [["0"]] { return }
    }
  }

  private func step(_ who: Int) async {
    do throws(DatabaseError) {
      if let transaction = transactions[who] {
        var batch = Batch()
        if groups[who] { actors[who].second(&batch) }
        _ = try await transaction.commit(batch)
      } else {
        let transaction = try await fixture.store.begin(
          as: .of(Actor.organization), kind: .bulk, deadline: nil)
        transactions[who] = transaction
        var batch = Batch()
        let group = actors[who].first(&batch)
        groups[who] = try await !transaction.flush(batch).rows(group).isEmpty
      }
    } catch {
      // The transaction's second step has nothing to do then.
      if case .rejected(sqlState: "", _) = error { return }
      errors.append(error)
    }
  }
}
