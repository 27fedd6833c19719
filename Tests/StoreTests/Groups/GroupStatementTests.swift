import Domain
import Postgres
import Store
import Testing

@Suite struct `Statements about groups` {
  @Test func `give back what was inserted`() async throws {
    let group = Group.example()
    let synced = Group.example(
      51, name: "Sales",
      management: .directory(DirectoryID(uuid(7)), externalID: ExternalID(stored: "s-1")))
    let found = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...1, groups: [group, synced])
      let many = try await fixture.store.read(
        FindGroups(organization: group.organization, groups: [synced.id, GroupID(9)]),
        as: .of(group.organization), deadline: nil)
      return [try await fixture.find(50)] + many
    }
    #expect(found == [group, synced])
  }

  @Test func `store an update`() async throws {
    var group = Group.example()
    let new = GroupFields(
      name: Name(stored: "Help desk"), description: Description(stored: ""))
    _ = try group.update(
      new, fields: [.name, .description], mode: .refuse, at: .newYear.after(seconds: 1))
    let updated = group
    let found = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...1, groups: [.example()])
      try await fixture.commit(UpdateGroup(updated), as: .of(updated.organization))
      return try await fixture.find()
    }
    #expect(found == updated)
  }

  @Test func `raise for a stale version`() async throws {
    let error = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...1, groups: [.example()])
      return await #expect(throws: DatabaseError.self) {
        try await fixture.commit(UpdateGroup(.example()), as: .of(StoreFixture.organization))
      }
    }
    #expect(error == .expectationFailed)
  }

  @Test(arguments: ["support", "ＳＵＰＰＯＲＴ", "Support"])
  func `refuse a second group of a name, whatever its case and form`(name: String) async throws {
    let error = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...1, groups: [.example()])
      try await fixture.add(.example(1, organization: 200))
      // Another organization may have it.
      try await fixture.commit(
        InsertGroup(.example(51, organization: 200)), as: .of(OrganizationID(uuid(200))))
      return await #expect(throws: DatabaseError.self) {
        try await fixture.commit(
          InsertGroup(.example(51, name: name)), as: .of(StoreFixture.organization))
      }
    }
    #expect(error == .uniqueViolation(constraint: "groups_name"))
  }

  @Test func `tell the roles that are in effect, by name`() async throws {
    let group = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...1, groups: [.example()])
      _ = try await fixture.rows(
        """
        INSERT INTO roster.roles (organization_id, role_id, key, aliases, name, description, kind,
          rank, created_at, updated_at)
        SELECT organization_id, md5(r)::uuid, r, '{}', r, '', 'custom', 0, now(), now()
          FROM roster.organizations, unnest(ARRAY['zebra', 'ant', 'gone', 'late', 'ended']) AS r;
        INSERT INTO roster.role_grants (organization_id, grant_id, role_id, group_id, source,
          valid_from, expires_at, justification, granted_by_kind, granted_by, created_at,
          revoked_at, revoked_by_kind, revoked_by)
        SELECT g.organization_id, md5(v.role)::uuid, md5(v.role)::uuid, g.group_id, 'manual',
               v.start, v.expiry, '', 'user', g.group_id, now(), v.revoked,
               CASE WHEN v.revoked IS NULL THEN NULL ELSE 'user' END,
               CASE WHEN v.revoked IS NULL THEN NULL ELSE g.group_id END
          FROM roster.groups AS g, (VALUES
            ('zebra', now(), NULL::timestamptz, NULL::timestamptz),
            ('ant', now(), now() + interval '1 day', NULL),
            ('gone', now(), NULL, now()),
            ('late', now() + interval '1 day', NULL, NULL),
            ('ended', now() - interval '2 days', now() - interval '1 day', NULL)
          ) AS v (role, start, expiry, revoked)
        """)
      return try await fixture.find()
    }
    #expect(group?.roles.map(\.name.text) == ["ant", "zebra"])
  }

  @Test func `delete a group with its members and grants, and leave the users`() async throws {
    let rows = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...3, groups: [.example(), .example(51, name: "Sales")])
      try await fixture.put(.manual(1), .manual(2), .manual(1, in: 51))
      let scope = Scope.of(StoreFixture.organization)
      let transaction = try await fixture.begin(scope)
      var batch = Batch()
      let (organization, group) = (StoreFixture.organization, GroupID(50))
      batch.add(HoldGroupToDelete(organization: organization, group: group))
      batch.add(DeleteMembersOfGroup(organization: organization, group: group))
      batch.add(DeleteGrantsOfGroup(organization: organization, group: group))
      batch.add(DeleteGroup(organization: organization, group: group))
      _ = try await transaction.commit(batch)
      return try await fixture.rows(
        """
        SELECT (SELECT count(*) FROM roster.groups), (SELECT count(*) FROM roster.group_members),
               (SELECT count(*) FROM roster.users)
        """)
    }
    #expect(rows == [["1", "1", "3"]])
  }

  @Test func `raise when the group to delete is gone`() async throws {
    let error = try await StoreFixture.with { fixture in
      try await fixture.add(.example())
      return await #expect(throws: DatabaseError.self) {
        try await fixture.commit(
          DeleteGroup(organization: StoreFixture.organization, group: GroupID(50)),
          as: .of(StoreFixture.organization))
      }
    }
    #expect(error == .expectationFailed)
  }
}

@Suite struct `Statements about memberships` {
  @Test func `give back what was written, by group and by user`() async throws {
    let rows: [MembershipRow] = [
      .manual(1, until: .newYear.after(seconds: 9)), .manual(2, suspended: .newYear),
    ]
    let found = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...3, groups: [.example()])
      try await fixture.put(rows[0], rows[1])
      let organization = StoreFixture.organization
      let users = [1, 2, 3].map { UserID(uuid($0)) }
      let ofGroup = try await fixture.store.read(
        FindMemberships(organization: organization, group: GroupID(50), users: users),
        as: .of(organization), deadline: nil)
      return ofGroup.sorted { $0.user < $1.user }
        + (try await fixture.store.read(
          FindMembershipsOfUser(organization: organization, user: users[1]),
          as: .of(organization), deadline: nil))
    }
    #expect(found == [rows[0], rows[1], rows[1]])
  }

  @Test func `write over a row that is there`() async throws {
    let (rows, size) = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...2, groups: [.example()])
      try await fixture.put(.manual(1, until: .newYear))
      try await fixture.put(.manual(1), .manual(2))
      return (
        try await fixture.rows(
          "SELECT count(*), count(expires_at) FROM roster.group_members"),
        try await fixture.find()?.memberCount
      )
    }
    #expect(rows == [["2", "0"]])
    #expect(size == 2)
  }

  @Test func `raise when a row to delete is gone, and delete none`() async throws {
    let (error, rows) = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...2, groups: [.example()])
      try await fixture.put(.manual(1))
      let error = await #expect(throws: DatabaseError.self) {
        try await fixture.commit(
          DeleteMembers(
            organization: StoreFixture.organization, rows: [.manual(1), .manual(2)]),
          as: .of(StoreFixture.organization))
      }
      return (error, try await fixture.rows("SELECT count(*) FROM roster.group_members"))
    }
    #expect(error == .expectationFailed)
    #expect(rows == [["1"]])
  }

  @Test func `count the groups of users who have many`() async throws {
    let counts = try await StoreFixture.with { fixture in
      try await fixture.add(
        users: 1...2, groups: [.example(), .example(51, name: "b"), .example(52, name: "c")])
      try await fixture.put(
        .manual(1), .manual(1, in: 51), .manual(1, in: 52, until: .newYear), .manual(2))
      return try await fixture.store.read(
        CountGroupsOfUsers(
          organization: StoreFixture.organization, users: [UserID(uuid(1)), UserID(uuid(2))],
          least: 2),
        as: .of(StoreFixture.organization), deadline: nil
      ).map { "\($0.user == UserID(uuid(1))) \($0.count)" }
    }
    // What has expired is no membership.
    #expect(counts == ["true 2"])
  }

  @Test func `never move to another user or group`() async throws {
    let error = try await StoreFixture.with { fixture in
      try await fixture.add(users: 1...2, groups: [.example()])
      try await fixture.put(.manual(1))
      return await #expect(throws: DatabaseError.self) {
        try await fixture.rows(
          "UPDATE roster.group_members SET user_id = '\(UserID(uuid(2)))'")
      }
    }
    guard case .rejected(sqlState: "0A000", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
