import API
import Domain
import Postgres
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Listing users` {
  private typealias Request = Roster_V1_ListUsersRequest

  /// An organization with Ada, Bob, Cyd, Dan and Eve, created in this order.
  private func crew(_ world: World) async throws -> [Roster_V1_User] {
    let organization = try await world.organization()
    var users: [Roster_V1_User] = []
    for name in ["Dan", "Bob", "Eve", "Ada", "Cyd"] {
      var request = Roster_V1_CreateUserRequest.user("\(name)@example.com", in: organization)
      request.user.displayName = "\(name) Example"
      users.append(try await world.root.users.createUser(request).user)
    }
    return users.sorted { $0.displayName < $1.displayName }
  }

  private func request(
    _ user: Roster_V1_User, _ change: (inout Request) -> Void = { _ in }
  ) -> Request {
    .with {
      $0.organizationID = user.organizationID
      change(&$0)
    }
  }

  /// The first three letters of everybody on each page.
  private func pages(_ client: Client, _ request: Request) async throws -> [String] {
    var request = request
    var pages: [String] = []
    repeat {
      let response = try await client.users.listUsers(request)
      pages.append(response.users.map { String($0.user.email.prefix(3)) }.joined(separator: " "))
      request.pageToken = response.nextPageToken
    } while !request.pageToken.isEmpty
    return pages
  }

  @Test func `walks them in the order that is asked for, a page at a time`() async throws {
    try await World.with { world in
      let users = try await crew(world)
      let orders = [
        "": ["dan bob", "eve ada", "cyd"], "email": ["ada bob", "cyd dan", "eve"],
        "display_name desc": ["eve dan", "cyd bob", "ada"],
        "create_time desc": ["cyd ada", "eve bob", "dan"],
        "mfa_enabled": ["dan eve", "ada cyd", "bob"],
        "last_login_time desc": ["bob cyd", "ada eve", "dan"],
      ]
      _ = try await world.ask(
        """
        UPDATE roster.users SET mfa_enabled = true WHERE user_id = '\(users[1].userID)';
        UPDATE roster.user_activity SET last_login_at = now() WHERE user_id = '\(users[1].userID)'
        RETURNING 'x'
        """)
      for (order, expected) in orders {
        let found = try await pages(
          world.root,
          request(users[0]) {
            $0.orderBy = order
            $0.pageSize = 2
          })
        #expect(found == expected, "\(order)")
      }
    }
  }

  @Test func `finds whom filter and search mean`() async throws {
    try await World.with { world in
      let users = try await crew(world)
      _ = try await world.root.users.lockUser(.user(users[2]))
      let asked: [(filter: String, search: String, found: [String])] = [
        ("locked = true", "", ["cyd"]), ("locked = false", "", ["dan bob eve ada"]),
        ("email = \"ADA@example.COM\" OR email = bob@example.com", "", ["bob ada"]),
        ("display_name = \"e*\"", "", ["eve"]), ("state = invited", "", [""]),
        ("", "xample.co", ["dan bob eve ada cyd"]), ("", "nobody", [""]),
        ("", "ada ex", ["ada"]), ("locked = true", "example", ["cyd"]),
        ("locked = true locked = false", "", [""]),
      ]
      for (filter, search, expected) in asked {
        let found = try await pages(
          world.root,
          request(users[0]) {
            $0.filter = filter
            $0.search = search
          })
        #expect(found == expected, "\(filter) \(search)")
      }
    }
  }

  @Test func `says what is wrong with a filter, an order or a search`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: world.organization())
      let asked: [(Request, reason: String, field: String, metadata: [String: String])] = [
        (
          request(user) { $0.filter = "locked = true nmae = a" }, "FILTER_INVALID", "filter",
          ["path": "nmae", "position": "15"]
        ),
        (
          request(user) { $0.filter = "kind > human" }, "FILTER_INVALID", "filter",
          ["path": "kind", "position": "1", "allowed": "=,!="]
        ),
        (
          request(user) { $0.filter = "kind = robot" }, "FILTER_INVALID", "filter",
          ["path": "kind", "position": "8", "allowed": "human,service"]
        ),
        (
          request(user) { $0.filter = String(repeating: " ", count: 2_049) }, "FILTER_INVALID",
          "filter", ["limit": "2048"]
        ),
        (
          request(user) { $0.orderBy = "age" }, "ORDER_BY_INVALID", "order_by",
          ["allowed": "email,display_name,create_time,last_login_time,mfa_enabled"]
        ),
        (
          request(user) { $0.orderBy = "email, create_time desc" }, "ORDER_BY_INVALID", "order_by",
          [:]
        ),
        (request(user) { $0.search = "ab" }, "SEARCH_TOO_SHORT", "search", ["limit": "3"]),
        (request(user) { $0.pageSize = -1 }, "PAGE_SIZE_INVALID", "page_size", [:]),
        (request(user) { $0.view = .UNRECOGNIZED(9) }, "FIELD_INVALID", "view", [:]),
      ]
      for (request, reason, field, metadata) in asked {
        let status = await failure { () throws(Status) in
          try await world.root.users.listUsers(request)
        }
        #expect(status.code == .invalidArgument)
        #expect(status.reason == reason)
        #expect(status.badFields == [field])
        for (key, value) in metadata { #expect(status.metadata[key] == value, "\(reason) \(key)") }
      }
    }
  }

  @Test func `takes a page token for the same list of the same caller only`() async throws {
    try await World.with { world in
      let users = try await crew(world)
      let first = request(users[0]) {
        $0.pageSize = 2
        $0.orderBy = "email"
      }
      let token = try await world.root.users.listUsers(first).nextPageToken
      let others: [(inout Request) -> Void] = [
        { $0.filter = "locked = false" }, { $0.orderBy = "email desc" }, { $0.search = "example" },
        { $0.orderBy = "create_time" },
      ]
      for change in others {
        var request = first
        request.pageToken = token
        change(&request)
        let changed = request
        let status = await failure { () throws(Status) in
          try await world.root.users.listUsers(changed)
        }
        #expect(status.reason == "PAGE_TOKEN_MISMATCH")
      }
      var second = first
      second.pageToken = token
      let spelled = second
      second.orderBy = " email  asc"
      second.view = .full
      #expect(
        try await world.root.users.listUsers(second).users.map(\.user)
          == world.root.users.listUsers(spelled).users.map(\.user))
    }
  }

  @Test func `hides the deleted until they are asked for`() async throws {
    try await World.with { world in
      let users = try await crew(world)
      _ = try await world.ask(
        """
        UPDATE roster.emails SET deleted_at = now() WHERE user_id = '\(users[0].userID)';
        UPDATE roster.users SET state = 'deleted', deleted_at = now()
         WHERE user_id = '\(users[0].userID)' RETURNING 'x'
        """)
      #expect(
        try await pages(world.root, request(users[0]) { $0.orderBy = "email" })
          == ["bob cyd dan eve"])
      #expect(
        try await pages(world.root, request(users[0]) { $0.filter = "state = deleted" }) == ["ada"])
    }
  }

  @Test func `that runs into its time limit says so`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: world.organization())
      _ = try await world.ask(
        """
        ALTER TABLE roster.user_activity RENAME TO quick_activity;
        CREATE VIEW roster.user_activity AS
          SELECT a.* FROM roster.quick_activity AS a, pg_sleep(4);
        GRANT SELECT ON roster.user_activity TO roster_service;
        """)
      let status = await failure { () throws(Status) in
        try await world.root.users.listUsers(request(user))
      }
      #expect(status.code == .resourceExhausted)
      #expect(status.reason == "LIST_TOO_EXPENSIVE")
    }
  }
}

@Suite struct `A user with everything` {
  /// What groups, roles and companies are made of; returns the ids of Sales and the role.
  private func furnish(
    _ world: World, _ members: [Roster_V1_User], permissions: [String] = []
  ) async throws -> (group: String, role: String) {
    let organization = members[0].organizationID
    let (group, role) = (freshID(), freshID())
    let ids = members.map { "'\($0.userID)'" }.joined(separator: ", ")
    let rights = permissions.map {
      let parts = $0.split(separator: ":")
      return """
        INSERT INTO roster.role_permissions (organization_id, role_id, permission, scope)
        VALUES ('\(organization)', '\(role)', '\(parts[0])', '\(parts[1])');
        """
    }
    _ = try await world.ask(
      """
      INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
        created_at, updated_at)
      VALUES ('\(organization)', '\(group)', 'Sales', '', 'local', now(), now());
      INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
        joined_at, added_by_kind, added_by)
      SELECT organization_id, '\(group)', user_id, 'manual', user_id, now(), 'user', user_id
        FROM roster.users WHERE user_id IN (\(ids));
      INSERT INTO roster.roles (organization_id, role_id, key, aliases, name, description, kind,
        rank, created_at, updated_at)
      VALUES ('\(organization)', '\(role)', 'seller', '{}', 'Seller', '', 'custom', 10, now(),
        now());
      \(rights.joined(separator: "\n"))
      INSERT INTO roster.role_grants (organization_id, grant_id, role_id, user_id, group_id, source,
        valid_from, justification, granted_by_kind, granted_by, created_at)
      VALUES ('\(organization)', '\(freshID())', '\(role)', '\(members[0].userID)', NULL, 'manual',
              now(), '', 'user', '\(members[0].userID)', now()),
             ('\(organization)', '\(freshID())', '\(role)', NULL, '\(group)', 'manual',
              now(), '', 'user', '\(members[0].userID)', now())
      RETURNING 'x'
      """)
    return (group, role)
  }

  private func full(
    _ client: Client, _ user: Roster_V1_User, size: Int32 = 0
  ) async throws -> [Roster_V1_ListedUser] {
    try await client.users.listUsers(
      .with {
        $0.organizationID = user.organizationID
        $0.orderBy = "email"
        $0.view = .full
        $0.pageSize = size
      }
    ).users
  }

  @Test func `has roles with their source, groups, company and actions`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let ada = try await world.user("ada@example.com", in: organization)
      let bob = try await world.user("bob@example.com", in: organization)
      let cyd = try await world.user("cyd@example.com", in: organization)
      let (group, role) = try await furnish(world, [ada, bob])
      let company = freshID()
      _ = try await world.ask(
        """
        INSERT INTO roster.companies (organization_id, company_id, name, created_at, updated_at)
        VALUES ('\(organization.organizationID)', '\(company)', 'Acme Ltd', now(), now());
        UPDATE roster.users SET company_id = '\(company)' WHERE user_id = '\(cyd.userID)'
        RETURNING 'x'
        """)
      let rows = try await full(world.root, ada)
      #expect(rows.map(\.user.userID) == [ada.userID, bob.userID, cyd.userID])
      #expect(rows[0].roles.map(\.roleID) == [role, role])
      #expect(Set(rows[0].roles.map(\.groupID)) == ["", group])
      #expect(rows[1].roles.map(\.key) == ["seller"])
      #expect(rows[1].roles.map(\.groupID) == [group])
      #expect(rows[1].groups.map(\.name) == ["Sales"])
      #expect(rows[2].roles.isEmpty && rows[2].groups.isEmpty)
      #expect(rows[2].company.name == "Acme Ltd")
      #expect(rows[2].company.companyID == company)
      #expect(!rows[0].hasCompany)
      #expect(rows[0].availableActions == [.edit, .lock, .deactivate, .delete, .changeRole])
      let reader = try await world.client(methods: [
        "roster.v1.UserService/ListUsers", "roster.v1.UserService/LockUser",
      ])
      #expect(try await full(reader, ada)[0].availableActions == [.lock])
    }
  }

  @Test func `costs three statements for a page of 200`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: world.organization())
      _ = try await world.ask(
        """
        INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
          family_name, display_name, avatar_url, locale, attributes, created_at, updated_at)
        SELECT '\(user.organizationID)', md5('u' || n)::uuid, 'human', 'manual', 'active', '', '',
               'n' || n, '', '', '{}', now(), now() FROM generate_series(1, 250) AS n;
        INSERT INTO roster.emails (organization_id, email_id, user_id, address, is_primary,
          created_at)
        SELECT organization_id, user_id, user_id, user_id || '@x.example', true, now()
          FROM roster.users WHERE display_name <> '';
        INSERT INTO roster.user_activity (organization_id, user_id)
        SELECT organization_id, user_id FROM roster.users WHERE display_name <> ''
        RETURNING 'x'
        """)
      /// Statements of a call beyond those of one that asks nothing of users.
      func count(_ change: (inout Roster_V1_ListUsersRequest) -> Void) async throws -> (Int, Int) {
        let nobody = Roster_V1_ListUsersRequest.with {
          $0.organizationID = user.organizationID
          $0.filter = "locked = true locked = false"
        }
        var request = nobody
        request.filter = ""
        change(&request)
        let before = world.pool.counters.queries
        _ = try await world.root.users.listUsers(nobody)
        let between = world.pool.counters.queries
        let found = try await world.root.users.listUsers(request).users.count
        let after = world.pool.counters.queries
        return (found, Int(after - between) - Int(between - before))
      }
      // Each flush begins with the statement that sets its context.
      #expect(try await count { $0.pageSize = 1_000 } == (251, 1 + 1))
      #expect(
        try await count {
          $0.view = .full
          $0.pageSize = 1_000
        } == (200, 3 + 2))
    }
  }

  @Test func `is seen by a person within reach only, with what the person may do`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let ada = try await world.user("ada@example.com", in: organization)
      let bob = try await world.user("bob@example.com", in: organization)
      let cyd = try await world.user("cyd@example.com", in: organization)
      _ = try await furnish(
        world, [ada, bob], permissions: ["users.read:group", "users.edit:self"])
      let person = world.root.with("roster-user", ada.userID)
      let rows = try await full(person, ada)
      #expect(rows.map(\.user.userID) == [ada.userID, bob.userID])
      #expect(rows.map(\.availableActions) == [[.edit], []])
      let page = try await full(person, ada, size: 1)
      #expect(page.map(\.user.userID) == [ada.userID])

      func overview(_ user: Roster_V1_User) async throws(Status) -> Roster_V1_ListedUser {
        try await person.users.getUserOverview(
          .with {
            $0.organizationID = user.organizationID
            $0.userID = user.userID
          }
        ).user
      }
      #expect(try await overview(bob) == rows[1])
      let status = await failure { () throws(Status) in try await overview(cyd) }
      #expect(status.code == .notFound)
      #expect(status.reason == "USER_NOT_FOUND")
    }
  }

  @Test func `is shown by one call in one round trip`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.initialPassword = "correct horse"
      let ada = try await world.root.users.createUser(request).user
      _ = try await furnish(world, [ada])
      for _ in 0..<6 {
        _ = try await world.root.users.lockUser(.user(ada, reason: "lost device"))
        _ = try await world.root.users.unlockUser(.user(ada))
      }
      _ = try await world.ask(
        """
        UPDATE roster.user_activity
           SET failed_count = 3, last_failed_at = now(), last_login_at = now()
         WHERE user_id = '\(ada.userID)' RETURNING 'x'
        """)
      let before = world.pool.counters.syncs
      let overview = try await world.root.users.getUserOverview(
        .with {
          $0.organizationID = ada.organizationID
          $0.userID = ada.userID
        })
      let flushes = world.pool.counters.syncs - before
      let tokenLookup: UInt64 = 1
      #expect(flushes == 1 + tokenLookup)
      #expect(try await full(world.root, ada) == [overview.user])
      #expect(overview.user.groups.map(\.name) == ["Sales"])
      #expect(overview.user.hasLastLoginTime)
      #expect(overview.security.failedCount == 3)
      #expect(overview.security.hasLastFailedTime)
      #expect(overview.security.hasPassword_p && overview.security.mustChangePassword)
      #expect(overview.events.count == 10)
      #expect(overview.events[0].action == "user.unlocked")
      #expect(overview.events[1].action == "user.locked")
      #expect(overview.events.allSatisfy { $0.targetID == ada.userID })
    }
  }
}
