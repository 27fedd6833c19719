import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite struct `A list of users and another organization` {
  /// The list with its own wall taken out, so that only row-level security stands.
  private struct Mutant: ListStatement {
    let list: ListUsers
    let text: ListText

    init(_ list: ListUsers, _ query: UserListQuery) {
      self.list = list
      text = ListText(
        query.shape.compile().replacing(
          #/\w+\.organization_id = \$1/#, with: { _ in "$1::uuid IS NOT NULL" }))
    }

    func bind(_ parameters: inout Parameters) { list.bind(&parameters) }

    static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> OrganizationID {
      let id = try row.uuid(0)
      return OrganizationID(high: id.high, low: id.low)
    }
  }

  @Test func `is kept from it by row-level security alone`() async throws {
    let (foreign, own) = try await UserListWorld.with(users: 300) { world in
      var foreign: [String] = []
      var own = 0
      for example in UserListExample.all where example.search == nil {
        for order in ListOrder<UserSort>.everyOne {
          let query = try world.query(example, by: order)
          let list = ListUsers(query, shapes: world.shapes)
          // The values are of the other organization, the context is the first's.
          let owners = try await world.fixture.store.list(
            Mutant(list, query), as: list.scope, deadline: nil)
          own += owners.count
          if owners.contains(where: { $0 != UserListRows.organization }) {
            foreign.append("\(example.name) by \(order.text)")
          }
        }
      }
      return (foreign, own)
    }
    #expect(foreign == [])
    #expect(own > 1_000)
  }

  @Test func `finds nobody of it in a context that is not its own`() async throws {
    let counts = try await UserListWorld.with(users: 300) { world in
      var counts: [Int] = []
      for example in UserListExample.all {
        let query = try world.query(example, by: ListOrder(.email))
        let list = ListUsers(query, shapes: world.shapes)
        counts.append(
          try await world.fixture.store.list(
            list, as: list.scope(in: UserListRows.other), deadline: nil
          ).count)
      }
      return counts
    }
    #expect(Set(counts) == [0])
  }

  @Test func `has nobody out of reach, whatever is asked`() async throws {
    let (outside, inside) = try await UserListWorld.with(users: 600) { world in
      let narrow = try #require(UserListExample.all.first { $0.name == "narrow reach" })
      let reached = Set(try await world.expected(narrow, by: ListOrder(.email)))
      var outside: [String] = []
      var inside = 0
      for example in UserListExample.filters where !example.isOfDeleted {
        for order in ListOrder<UserSort>.everyOne {
          let found = try await world.walk(narrow.and(example), by: order, pages: 7)
          inside += found.count
          if !reached.isSuperset(of: found) { outside.append("\(example.name) by \(order.text)") }
        }
      }
      return (outside, inside)
    }
    #expect(outside == [])
    #expect(inside > 100)
  }
}

@Suite struct `A walk over a list of users` {
  @Test(arguments: ["email", "display_name desc", "create_time", "last_login_time desc"])
  func `misses nobody while others come and go`(text: String) async throws {
    let order = try ListOrder(text, or: ListOrder(UserSort.email))
    let (missed, twice, changes) = try await UserListWorld.with(users: 20_000) { world in
      let staying = Set(
        try await world.expected(
          UserListExample("", "", "('x' || right(u.user_id::text, 8))::bit(32)::int % 43 <> 9"),
          by: order))
      var seen: [String] = []
      var after: PagePosition?
      var changes = 0
      repeat {
        let found = try await world.rows(
          world.query(.everybody, by: order, after: after, limit: 101))
        seen += found.prefix(100).map(\.user.id.text)
        after = found.count > 100 ? found[99].position(in: order) : nil
        if changes < 500 {
          changes += try await world.change(number: changes)
        }
      } while after != nil
      let missed = staying.subtracting(seen).count
      return (missed, seen.count - Set(seen).count, changes)
    }
    #expect(missed == 0)
    #expect(twice == 0)
    #expect(changes == 500)
  }
}

extension UserListWorld {
  /// One user is deleted and another one added, somewhere.
  /// - Returns: how many changes that are.
  fileprivate func change(number: Int) async throws -> Int {
    let gone = UserListRows.user(9 + 43 * (number * 7 % 465))
    let came = UserID(uuid(0xA_7000_0000 + UInt64(number)))
    let organization = UserListRows.organization
    _ = try await fixture.rows(
      """
      UPDATE roster.users SET state = 'deleted', deleted_at = now() WHERE user_id = '\(gone)';
      UPDATE roster.emails SET deleted_at = now() WHERE user_id = '\(gone)';
      INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
        family_name, display_name, avatar_url, locale, attributes, created_at, updated_at)
      VALUES ('\(organization)', '\(came)', 'human', 'manual', 'active', '', '',
        left(md5('\(came)'), 6), '', '', '{}', timestamptz '2026-01-01' - interval '\(number) hour',
        now());
      INSERT INTO roster.emails (organization_id, email_id, user_id, address, is_primary,
        created_at)
      VALUES ('\(organization)', '\(came)', '\(came)', md5('\(came)') || '@a.example', true, now());
      INSERT INTO roster.user_activity (organization_id, user_id, last_login_at)
      VALUES ('\(organization)', '\(came)', timestamptz '2026-05-01' - interval '\(number) hour');
      """)
    return 5
  }
}
