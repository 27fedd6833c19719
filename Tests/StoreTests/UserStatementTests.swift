import Domain
import Postgres
import Store
import Testing

@Suite struct `Statements about users` {
  @Test func `give back what was inserted, by id, address and external id`() async throws {
    let user = User.example()
    let found = try await StoreFixture.with { fixture in
      try await fixture.add(user)
      let (id, scope, store) = (user.organization, Scope.of(user.organization), fixture.store)
      return [
        try await store.read(
          FindUser(organization: id, user: user.id), as: scope, deadline: nil),
        try await store.read(
          FindUserByEmail(organization: id, email: user.profile.email), as: scope, deadline: nil),
        try await store.read(
          FindUserByExternalID(organization: id, externalID: ExternalID(stored: "x-1")),
          as: scope, deadline: nil),
        try await store.read(
          FindUsers(organization: id, users: [user.id, UserID(uuid(9))]), as: scope, deadline: nil),
      ]
    }
    #expect(found == [[user], [user], [user], [user]])
  }

  @Test func `find nobody in another organization`() async throws {
    let user = User.example()
    let found = try await StoreFixture.with { fixture in
      try await fixture.add(user)
      try await fixture.add(.example(2, organization: 200))
      return try await fixture.store.read(
        FindUser(organization: OrganizationID(uuid(200)), user: user.id),
        as: .of(OrganizationID(uuid(200))), deadline: nil)
    }
    #expect(found == [])
  }

  @Test func `store an update of profile and address`() async throws {
    var user = User.example()
    let before = user
    var profile = user.profile
    profile.displayName = Name(stored: "Countess")
    profile.email = EmailAddress(stored: "countess@demo.example")
    profile.externalID = nil
    let fields: Set<UserField> = [.displayName, .email, .externalID]
    _ = try user.update(profile, fields: fields, at: .newYear.after(seconds: 1))
    let updated = user
    let found = try await StoreFixture.with { fixture in
      try await fixture.add(before)
      let scope = Scope.of(updated.organization)
      let transaction = try await fixture.begin(scope)
      var batch = Batch()
      batch.add(UpdateUserProfile(updated))
      batch.add(UpdatePrimaryEmail(updated))
      _ = try await transaction.commit(batch)
      return try await fixture.store.read(
        FindUser(organization: updated.organization, user: updated.id), as: scope, deadline: nil)
    }
    #expect(found == [updated])
  }

  @Test func `store a lock and its end`() async throws {
    let created = User.example()
    var locked = created
    _ = try locked.lock(at: .newYear, reason: Reason(stored: "left the laptop on a train"))
    var unlocked = locked
    _ = try unlocked.unlock(at: .newYear.after(seconds: 5))
    let (first, second) = (locked, unlocked)
    let found = try await StoreFixture.with { fixture in
      try await fixture.add(created)
      let scope = Scope.of(created.organization)
      let find = FindUser(organization: created.organization, user: created.id)
      try await fixture.commit(UpdateUserLock(first), as: scope)
      let whileLocked = try await fixture.store.read(find, as: scope, deadline: nil)
      try await fixture.commit(UpdateUserLock(second), as: scope)
      return whileLocked + (try await fixture.store.read(find, as: scope, deadline: nil))
    }
    #expect(found == [locked, unlocked])
  }

  @Test func `refuse a second user with the address or the external id`() async throws {
    let user = User.example()
    let errors = try await StoreFixture.with { fixture in
      try await fixture.add(user)
      var errors: [DatabaseError?] = []
      for (number, email) in [(2, "ada@demo.example"), (1, "ada2@demo.example")] as [(UInt64, _)] {
        var profile = user.profile
        profile.email = EmailAddress(stored: email)
        profile.externalID = ExternalID(stored: "x-\(number)")
        let origin = User.Origin(
          id: UserID(uuid(77)), organization: user.organization, kind: .human, source: .manual,
          createdAt: .newYear)
        let twin = User(origin, profile: profile)
        errors.append(
          await #expect(throws: DatabaseError.self) {
            try await fixture.commit(
              InsertUser(twin, emailID: EmailID(uuid(78))), as: .of(user.organization))
          })
      }
      return errors
    }
    #expect(
      errors == [
        .uniqueViolation(constraint: "emails_address"),
        .uniqueViolation(constraint: "users_external_id"),
      ])
  }

  @Test func `let two organizations have the same address`() async throws {
    try await StoreFixture.with { fixture in
      try await fixture.add(.example(1, organization: 100))
      try await fixture.add(.example(1, organization: 200))
    }
  }

  @Test func `raise for a stale version and leave no event`() async throws {
    let user = User.example()
    var changed = user
    _ = try changed.lock(at: .newYear, reason: Reason(stored: ""))
    _ = try changed.unlock(at: .newYear)
    let stale = changed
    let (error, events) = try await StoreFixture.with { fixture in
      try await fixture.add(user)
      let transaction = try await fixture.begin(.of(user.organization))
      _ = try await transaction.flush(Batch())
      let now = Timestamp(microseconds: transaction.time)
      let error = await #expect(throws: DatabaseError.self) {
        var batch = Batch()
        batch.add(UpdateUserLock(stale))
        batch.add(
          InsertEvent(
            Event(
              id: .make(at: now, random: (1, 1)), organization: user.organization, at: now,
              actor: .system, action: .userLocked, target: EventTarget(.user, user.id.uuid))))
        _ = try await transaction.commit(batch)
      }
      return (error, try await fixture.rows("SELECT count(*) FROM roster.events"))
    }
    #expect(error == .expectationFailed)
    #expect(events == [["0"]])
  }

  @Test func `keep a first password`() async throws {
    let user = User.example()
    let rows = try await StoreFixture.with { fixture in
      try await fixture.add(user)
      try await fixture.commit(
        InsertPassword(
          organization: user.organization, user: user.id, hash: "$argon2id$v=19$…",
          mustChange: true, setAt: .newYear), as: .of(user.organization))
      return try await fixture.rows("SELECT hash, must_change FROM roster.passwords")
    }
    #expect(rows == [["$argon2id$v=19$…", "t"]])
  }

  @Test func `hold a row`() async throws {
    let user = User.example()
    let error = try await StoreFixture.with { fixture in
      try await fixture.add(user)
      let first = try await fixture.begin(.of(user.organization))
      var batch = Batch()
      batch.add(HoldUser(organization: user.organization, user: user.id))
      _ = try await first.flush(batch)
      let error = await #expect(throws: DatabaseError.self) {
        try await fixture.rows("SET lock_timeout = '10ms'; UPDATE roster.users SET version = 9")
      }
      await first.rollback()
      return error
    }
    #expect(error == .lockTimeout)
  }

  @Test(arguments: [
    ("Zoë", "zoë"), ("ＡＤＡ", "ada"), ("Ⅳ", "iv"), ("STRASSE", "strasse"), ("ÅNGSTRÖM", "ångström"),
  ])
  func `compare names by lower-cased NFKC`(name: String, norm: String) async throws {
    let rows = try await StoreFixture.with { fixture in
      try await fixture.add(.example())
      return try await fixture.rows(
        "UPDATE roster.users SET display_name = '\(name)' RETURNING display_name_norm")
    }
    #expect(rows == [[norm]])
  }
}
