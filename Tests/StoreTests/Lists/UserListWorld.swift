import Domain
import Postgres
import Store
import Testing

/// Two organizations with users of every kind, and lists of the first.
struct UserListWorld: Sendable {
  let fixture: StoreFixture
  let shapes: ListShapes<UserShape>

  /// A database with `userCount` users of the organization and a tenth of it of another one.
  /// - Parameter shapesMax: 0: every list runs by the text that serves every filter.
  static func with<Success: Sendable>(
    users userCount: Int, shapesMax: Int = .max,
    _ body: @escaping @Sendable (UserListWorld) async throws -> Success
  ) async throws -> Success {
    try await StoreFixture.with { fixture in
      _ = try await fixture.rows(UserListRows.script(users: userCount))
      return try await body(
        UserListWorld(fixture: fixture, shapes: ListShapes(countMax: shapesMax)))
    }
  }

  func query(
    _ example: UserListExample, by order: ListOrder<UserSort>, after: PagePosition? = nil,
    limit: Int = 51
  ) throws -> UserListQuery {
    UserListQuery(
      UserListRows.organization, within: example.reach, try UserFilter(example.filter),
      search: try example.search.map { try UserSearch($0) }, by: order, page: (after, limit))
  }

  func rows(_ query: UserListQuery) async throws -> [ListedUserRow] {
    let statement = ListUsers(query, shapes: shapes)
    return try await fixture.store.list(statement, as: statement.scope, deadline: nil)
  }

  /// The ids of all pages, one after another.
  func walk(
    _ example: UserListExample, by order: ListOrder<UserSort>, pages size: Int
  ) async throws -> [String] {
    var ids: [String] = []
    var after: PagePosition?
    repeat {
      let found = try await rows(query(example, by: order, after: after, limit: size + 1))
      ids += found.prefix(size).map(\.user.id.text)
      after = found.count > size ? found[size - 1].position(in: order) : nil
    } while after != nil
    return ids
  }

  /// The plan of a list for its values, as roster_service under row-level security, a line a node.
  func plan(_ query: UserListQuery) async throws -> [String] {
    let statement = ListUsers(query, shapes: shapes)
    return try await fixture.store.list(
      ExplainedList(list: statement, sql: query.shape.compile()), as: statement.scope,
      deadline: nil)
  }

  /// The same users by a text that shares nothing with the compiler, read by a superuser.
  func expected(_ example: UserListExample, by order: ListOrder<UserSort>) async throws -> [String]
  {
    let direction = order.isDescending ? "DESC" : "ASC"
    let key =
      switch order.field {
      case .email: "e.address_norm"
      case .displayName: "u.display_name_norm"
      case .createTime: "u.created_at"
      case .lastLoginTime: "coalesce(a.last_login_at, '-infinity')"
      case .mfaEnabled: "u.mfa_enabled"
      }
    return try await fixture.rows(
      """
      SELECT u.user_id
        FROM roster.users AS u
        JOIN roster.emails AS e USING (organization_id, user_id)
        JOIN roster.user_activity AS a USING (organization_id, user_id)
       WHERE u.organization_id = '\(UserListRows.organization.text)'
         AND (\(example.isOfDeleted ? "u.state = 'deleted'" : "u.state <> 'deleted'"))
         AND (\(example.condition))
       ORDER BY \(key) \(direction), u.user_id \(direction)
      """
    ).map { $0[0] ?? "" }
  }
}

/// EXPLAIN of a list, with the list's own parameters.
private struct ExplainedList: ListStatement {
  let list: ListUsers
  let text: ListText

  init(list: ListUsers, sql: String) {
    self.list = list
    text = ListText("EXPLAIN (COSTS OFF) " + sql)
  }

  func bind(_ parameters: inout Parameters) { list.bind(&parameters) }

  static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> String {
    try row.text(0)
  }
}

extension ListUsers {
  var scope: Scope { scope(in: UserListRows.organization) }

  func scope(in organization: OrganizationID) -> Scope {
    let id = organization.uuid
    return isSearch
      ? .search(high: id.high, low: id.low) : .organization(high: id.high, low: id.low)
  }
}

extension ListOrder<UserSort> {
  static var everyOne: [ListOrder<UserSort>] {
    UserSort.allCases.flatMap { [ListOrder($0), ListOrder($0, isDescending: true)] }
  }
}
