import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite struct `The access feed` {
  @Test(
    arguments: [
      ("UPDATE roster.users SET locked_at = now(), lock_reason = ''", "2 t"),
      ("UPDATE roster.users SET state = 'inactive'", "2 t"),
      ("UPDATE roster.users SET access_epoch = access_epoch + 1", "2 t"),
      ("UPDATE roster.users SET given_name = 'Grace', version = version + 1", nil),
      ("UPDATE roster.users SET locked_at = NULL, lock_reason = NULL", nil),
      (
        "DELETE FROM roster.emails; DELETE FROM roster.user_activity; DELETE FROM roster.users",
        "2 t"
      ),

      ("UPDATE roster.organizations SET state = 'suspended'", "1 t"),
      ("UPDATE roster.organizations SET access_epoch = 9", "1 t"),
      ("UPDATE roster.organizations SET settings = '{\"role_mode\": \"groups\"}'", "1 t"),
      ("UPDATE roster.organizations SET settings = '{\"time_zone\": \"Asia/Tokyo\"}'", nil),
      ("UPDATE roster.organizations SET name = 'other'", nil),
    ] as [(String, String?)])
  func `gets the key of a change of access, and no other`(
    change: String, expected: String?
  ) async throws {
    let rows = try await StoreFixture.with { fixture in
      try await fixture.add(.example())
      return try await fixture.rows(
        "DELETE FROM roster.access_feed; \(change);"
          + "SELECT kind || CASE WHEN narrowing THEN ' t' ELSE ' f' END FROM roster.access_feed")
    }
    #expect(rows == (expected.map { [[$0]] } ?? []))
  }

  @Test func `gets an unlock as a key that narrows nothing`() async throws {
    let rows = try await StoreFixture.with { fixture in
      try await fixture.add(.example())
      return try await fixture.rows(
        """
        UPDATE roster.users SET locked_at = now(), lock_reason = '';
        DELETE FROM roster.access_feed;
        UPDATE roster.users SET locked_at = NULL, lock_reason = NULL;
        SELECT kind, narrowing FROM roster.access_feed
        """)
    }
    #expect(rows == [["2", "f"]])
  }

  @Test func `names organization, kind, key and transaction of an insert`() async throws {
    let user = User.example()
    let rows = try await StoreFixture.with { fixture in
      try await fixture.add(user)
      return try await fixture.rows(
        """
        SELECT f.organization_id, f.kind, f.key, f.narrowing, f.xid = k.xid
          FROM roster.access_feed AS f, roster.access_feed AS k
         WHERE f.kind = 2 AND k.kind = 2
        """)
    }
    #expect(rows == [[user.organization.text, "2", user.id.text, "f", "t"]])
  }

  @Test func `gets one key for each of many rows of one statement`() async throws {
    let rows = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples, loop: loop)
      return try await database.run(
        """
        DELETE FROM roster.access_feed;
        UPDATE roster.users SET state = 'inactive';
        SELECT count(*), count(DISTINCT key), count(DISTINCT xid), bool_and(narrowing)
          FROM roster.access_feed
        """, loop: loop)
    }
    #expect(rows == [["6", "6", "1", "t"]])
  }

  @Test func `gets both keys when a row changes its own`() async throws {
    let rows = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples, loop: loop)
      return try await database.run(
        """
        DELETE FROM roster.emails; DELETE FROM roster.user_activity;
        DELETE FROM roster.group_members; DELETE FROM roster.role_requests;
        DELETE FROM roster.role_grants; DELETE FROM roster.access_feed;
        UPDATE roster.users SET user_id = overlay(user_id::text placing 'ffff' from 33)::uuid
         WHERE external_id = 'x-a';
        SELECT right(key::text, 4), narrowing FROM roster.access_feed ORDER BY 1
        """, loop: loop)
    }
    #expect(rows == [["0001", "t"], ["ffff", "f"]])
  }

  @Test(arguments: [
    "users", "organizations", "service_tokens", "companies", "groups", "group_members",
    "role_permissions", "role_grants",
  ])
  func `refuses to let a table be truncated`(table: String) async throws {
    let error = try await TestDatabase.with { database, loop in
      await #expect(throws: DatabaseError.self) {
        try await database.run("TRUNCATE roster.\(table) CASCADE", loop: loop)
      }
    }
    guard case .rejected(sqlState: "0A000", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `is written even where triggers of replication roles are off`() async throws {
    let rows = try await StoreFixture.with { fixture in
      try await fixture.add(.example())
      return try await fixture.rows(
        """
        DELETE FROM roster.access_feed;
        SET session_replication_role = replica;
        UPDATE roster.users SET state = 'inactive';
        SELECT count(*) FROM roster.access_feed
        """)
    }
    #expect(rows == [["1"]])
  }

  @Test func `makes a commit narrowing when it locks, and not when it creates or renames`()
    async throws
  {
    let user = User.example()
    var locked = user
    _ = try locked.lock(at: .newYear, reason: Reason(stored: ""))
    let lock = UpdateUserLock(locked)
    let narrowing = try await StoreFixture.with { fixture in
      try await fixture.add(user)
      let scope = Scope.of(user.organization)
      var narrowing: [Bool] = []
      let transactions: [(inout Batch) -> Void] = [
        { $0.add(lock) },
        { $0.add(FeedUser(organization: user.organization, user: user.id)) },
        { $0.add(FindUser(organization: user.organization, user: user.id)) },
      ]
      for fill in transactions {
        let transaction = try await fixture.begin(scope)
        var batch = Batch()
        fill(&batch)
        narrowing.append(try await transaction.commit(batch).isNarrowing)
      }
      return narrowing
    }
    #expect(narrowing == [true, true, false])
  }

  @Test func `has a trigger for INSERT, UPDATE, DELETE and TRUNCATE on every fed table`()
    async throws
  {
    let rows = try await TestDatabase.with { database, loop in
      try await database.run(
        """
        SELECT tgrelid::regclass, string_agg(tgname, ' ' ORDER BY tgname), bool_and(tgenabled = 'A')
          FROM pg_trigger WHERE tgname LIKE 'feed\\_%' GROUP BY 1
         ORDER BY tgrelid::regclass::text
        """, loop: loop)
    }
    let all = "feed_delete feed_insert feed_truncate feed_update"
    // Renaming a company or a group changes nobody's access.
    let unchanging = "feed_delete feed_insert feed_truncate"
    let wanted: [[String?]] = [
      ["roster.companies", unchanging, "t"], ["roster.group_members", all, "t"],
      ["roster.groups", unchanging, "t"], ["roster.organizations", all, "t"],
      // A permission is never deleted.
      ["roster.permissions", "feed_insert feed_truncate feed_update", "t"],
      ["roster.role_grants", all, "t"], ["roster.role_permissions", all, "t"],
      ["roster.users", all, "t"],
    ]
    #expect(rows == wanted)
  }
}
