import Domain
import Postgres
import Store
import Testing

@Suite struct `A list of users` {
  @Test func `has whom its filter means, in every order, on whatever pages`() async throws {
    let wrong = try await UserListWorld.with(users: 600) { world in
      var wrong: [String] = []
      for example in UserListExample.all {
        for order in ListOrder<UserSort>.everyOne {
          let found = try await world.walk(example, by: order, pages: 97)
          if found != (try await world.expected(example, by: order)) {
            wrong.append("\(example.name) by \(order.text)")
          }
        }
      }
      return wrong
    }
    #expect(wrong == [])
  }

  @Test func `has the same by the text that serves every filter`() async throws {
    let (wrong, counts) = try await UserListWorld.with(users: 600, shapesMax: 0) { world in
      var wrong: [String] = []
      for example in UserListExample.all {
        let order = ListOrder(UserSort.lastLoginTime, isDescending: true)
        let found = try await world.walk(example, by: order, pages: 97)
        if found != (try await world.expected(example, by: order)) { wrong.append(example.name) }
      }
      return (wrong, world.shapes.counts)
    }
    #expect(wrong == [])
    // First and next pages; searches, narrow reaches and the deleted have one of their own.
    #expect(counts.kept == 0)
    #expect(counts.general <= 10)
  }

  @Test func `walks the order where a set turns out to be large`() async throws {
    let large: Set = [
      "everyone's group", "everyone's role", "wide reach", "common search", "other role",
    ]
    let (wrong, walked) = try await UserListWorld.with(users: 9_000) { world in
      var wrong: [String] = []
      var walked = 0
      for example in UserListExample.all where large.contains(example.name) {
        for order in ListOrder<UserSort>.everyOne {
          let found = try await world.walk(example, by: order, pages: 1_000)
          walked += found.count
          if found != (try await world.expected(example, by: order)) {
            wrong.append("\(example.name) by \(order.text)")
          }
        }
      }
      return (wrong, walked)
    }
    #expect(wrong == [])
    #expect(walked > 5 * 10 * UserShape.rareMax)
  }

  @Test func `combines any two filters`() async throws {
    let wrong = try await UserListWorld.with(users: 600) { world in
      var wrong: [String] = []
      for (index, one) in UserListExample.filters.enumerated() {
        for other in UserListExample.filters[(index + 1)...] {
          let both = one.and(other)
          // Two conditions of one kind on a field are refused, and some contradict each other.
          guard let filter = try? UserFilter(both.filter), !filter.matchesNobody else { continue }
          let order = ListOrder<UserSort>.everyOne[index % 10]
          let found = try await world.walk(both, by: order, pages: 1_000)
          if found != (try await world.expected(both, by: order)) {
            wrong.append("\(both.name) by \(order.text)")
          }
        }
      }
      return wrong
    }
    #expect(wrong == [])
  }

  @Test func `shows what stands beside a user`() async throws {
    let rows = try await UserListWorld.with(users: 20) { world in
      try await world.rows(world.query(.everybody, by: ListOrder(.createTime)))
    }
    let row = try #require(rows.first { $0.user.id == UserListRows.user(6) })
    #expect(row.user.profile.email.text == "eeaccff0000006@a.example")
    #expect(row.mfaEnabled)
    #expect(row.company?.id == UserListRows.large)
    #expect(row.company?.name == "Large")
    #expect(row.lastLoginAt == Timestamp(rfc3339: "2026-04-29T00:06:00Z"))
    let never = try #require(rows.first { $0.user.id == UserListRows.user(4) })
    #expect(never.lastLoginAt == nil)
    #expect(never.position(in: ListOrder(.lastLoginTime)).key == .time(nil))
  }

  @Test func `finds prefixes up to the last code point`() async throws {
    let found = try await UserListWorld.with(users: 4) { world in
      _ = try await world.fixture.rows(
        """
        UPDATE roster.users SET display_name = v.name
          FROM (VALUES (1, U&'a\\+10FFFFz'), (3, U&'a\\+10FFFF'), (4, U&'b\\D7FFz')) AS v (n, name)
         WHERE user_id = ('01900000-0000-7000-8000-000a' || lpad(v.n::text, 8, '0'))::uuid
        """)
      var found: [Int] = []
      for prefix in ["a", "a\u{10ffff}", "b\u{d7ff}", "\u{10ffff}"] {
        let example = UserListExample("", "display_name = \"\(prefix)*\"", "")
        let query = try world.query(example, by: ListOrder(.createTime))
        found.append(try await world.rows(query).count)
      }
      return found
    }
    #expect(found == [2, 2, 1, 0])
  }
}

@Suite struct `The shapes of lists of users` {
  private func query(_ filter: String) throws -> UserListQuery {
    UserListQuery(
      UserListRows.organization, within: .all, try UserFilter(filter),
      by: ListOrder(.createTime), page: (nil, 51))
  }

  @Test func `have texts of their own up to the limit, and share one beyond it`() throws {
    let shapes = ListShapes<UserShape>(countMax: 2)
    let filters = ["", "locked = true", "kind = human", "source = manual locked = true"]
    let found = try filters.map { shapes.find(try query($0).shape).shape }
    #expect(try found[0] == query("").shape)
    #expect(try found[1] == query("locked = true").shape)
    #expect(try found[2] == query("").shape.general)
    #expect(found[3] == found[2])
    #expect(shapes.counts == (kept: 2, general: 1))
    // What was kept stays.
    #expect(try shapes.find(query("locked = true").shape).shape == found[1])
  }

  @Test func `are bounded for the process`() {
    #expect(ListUsers.shapes.countMax == 512)
    #expect(DataLimits.listShapesMax == 512)
  }

  @Test func `do not depend on values`() throws {
    #expect(
      try query("email = a@b.example OR email = c@d.example").shape
        == query("email = x@y.example").shape)
    #expect(try query("state = invited").shape == query("").shape)
  }

  @Test func `name the organization with every table, and the caller's in a search`() throws {
    var tables = 0
    for example in UserListExample.all {
      for order in ListOrder<UserSort>.everyOne {
        let query = UserListQuery(
          UserListRows.organization, within: example.reach, try UserFilter(example.filter),
          search: try example.search.map { try UserSearch($0) }, by: order,
          page: (PagePosition(id: .nil), 51))
        let sql = query.shape.compile()
        let named = sql.matches(of: #/roster\.[a-z_]+ AS ([a-z])\b/#)
        tables += named.count
        for match in named {
          #expect(sql.contains("\(match.1).organization_id = $1"), "\(example.name): \(match.0)")
        }
        #expect(
          sql.contains("$1 = current_setting('roster.organization')::uuid")
            == (example.search != nil))
      }
    }
    #expect(tables > 2_000)
  }
}
