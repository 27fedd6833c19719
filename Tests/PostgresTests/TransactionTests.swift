import EventLoop
import Postgres
import Testing

@Suite struct `A transaction` {
  static func insert(
    _ organization: Organization, key: Int64 = 1, body: String = "old", in database: Database
  ) async throws(DatabaseError) {
    let transaction = try await database.begin(
      as: TestSchema.scope(organization), kind: .write, deadline: nil)
    var batch = Batch()
    batch.add(InsertNote(organization: organization, key: key, body: body))
    _ = try await transaction.commit(batch)
  }

  @Test func `commits in two flushes and knows its xid and time after the first`() async throws {
    let organization = TestSchema.organization()
    let (locked, xid, time, commit, notes, syncs) = try await TestSchema.withDatabase { database in
      try await Self.insert(organization, in: database)
      let before = database.counters.syncs
      let transaction = try await database.begin(
        as: TestSchema.scope(organization), kind: .write, deadline: .after(milliseconds: 5_000))
      var first = Batch()
      let lock = first.add(LockNote(organization: organization, key: 1))
      let locked = try await transaction.flush(first).rows(lock)
      let (xid, time) = (transaction.xid, transaction.time)
      var second = Batch()
      second.add(ReplaceNote(organization: organization, key: 1, body: "new"))
      let commit = try await transaction.commit(second)
      let syncs = database.counters.syncs - before
      let notes = try await database.read(
        VisibleNotes(), as: TestSchema.scope(organization), deadline: nil)
      return (locked, xid, time, (commit.xid, commit.isNarrowing), notes, syncs)
    }
    #expect(locked == ["old"])
    #expect(xid > 0 && commit == (xid, false))
    #expect(time > 1_600_000_000_000_000)
    #expect(notes == ["new"])
    #expect(syncs == 2)
  }

  @Test func `skips the rest and COMMIT when a change counts other rows`() async throws {
    let organization = TestSchema.organization()
    let (result, notes) = try await TestSchema.withDatabase { database in
      let result = await parallel(1) { (_) throws(DatabaseError) in
        let transaction = try await database.begin(
          as: TestSchema.scope(organization), kind: .write, deadline: nil)
        var batch = Batch()
        batch.add(ReplaceNote(organization: organization, key: 404, body: "new"))
        batch.add(InsertNote(organization: organization, key: 2, body: "event"))
        _ = try await transaction.commit(batch)
      }
      let notes = try await database.read(
        VisibleNotes(), as: TestSchema.scope(organization), deadline: nil)
      return (result[0].error, notes)
    }
    #expect(result == .expectationFailed)
    #expect(notes == [])
  }

  @Test func `tells which constraint it violates`() async throws {
    let organization = TestSchema.organization()
    let errors = try await TestSchema.withDatabase { database in
      try await Self.insert(organization, in: database)
      let duplicate = await parallel(1) { (_) throws(DatabaseError) in
        try await Self.insert(organization, in: database)
      }
      let empty = await parallel(1) { (_) throws(DatabaseError) in
        try await Self.insert(organization, key: 2, body: "", in: database)
      }
      return [duplicate[0].error, empty[0].error]
    }
    #expect(
      errors == [
        .uniqueViolation(constraint: "notes_pkey"),
        .checkViolation(constraint: "notes_body_check"),
      ])
  }

  @Test func `dropped or rolled back leaves nothing and frees its connection`() async throws {
    let organization = TestSchema.organization()
    let notes = try await TestSchema.withDatabase {
      $0.exclusiveConnectionsMax = 1
    } _: {
      database in
      for isDropped in [true, false] {
        let transaction = try await database.begin(
          as: TestSchema.scope(organization), kind: .write, deadline: nil)
        var batch = Batch()
        batch.add(InsertNote(organization: organization, key: 1, body: "ghost"))
        _ = try await transaction.flush(batch)
        if !isDropped { await transaction.rollback() }
      }
      return try await database.read(
        VisibleNotesAlone(), as: TestSchema.scope(organization),
        deadline: .after(milliseconds: 2_000))
    }
    #expect(notes == [])
  }

  @Test func `waits half of its deadline for a lock`() async throws {
    let organization = TestSchema.organization()
    let (error, took) = try await TestSchema.withDatabase { database in
      try await Self.insert(organization, in: database)
      let holder = try await database.begin(
        as: TestSchema.scope(organization), kind: .write, deadline: nil)
      var batch = Batch()
      batch.add(LockNote(organization: organization, key: 1))
      _ = try await holder.flush(batch)
      let start = MonotonicInstant.now()
      let result = await parallel(1) { (_) throws(DatabaseError) in
        let second = try await database.begin(
          as: TestSchema.scope(organization), kind: .write, deadline: .after(milliseconds: 1_600))
        var batch = Batch()
        batch.add(LockNote(organization: organization, key: 1))
        _ = try await second.flush(batch)
      }
      let took = MonotonicInstant.now() - start
      await holder.rollback()
      return (result[0].error, took)
    }
    #expect(error == .lockTimeout)
    #expect(took >= .milliseconds(700) && took < .milliseconds(1_590))
  }

  @Test func `in snapshot mode sees one state through all its flushes`() async throws {
    let organization = TestSchema.organization()
    let (first, second, xid) = try await TestSchema.withDatabase { database in
      try await Self.insert(organization, in: database)
      let snapshot = try await database.begin(
        as: TestSchema.scope(organization), kind: .read, deadline: nil, mode: .snapshot)
      var batch = Batch()
      let before = batch.add(VisibleNotes())
      let first = try await snapshot.flush(batch).rows(before)
      try await Self.insert(organization, key: 2, body: "later", in: database)
      var again = Batch()
      let after = again.add(VisibleNotes())
      let second = try await snapshot.commit(again)
      return (first, try second.results.rows(after), second.xid)
    }
    #expect(first == ["old"])
    #expect(second == ["old"])
    #expect(xid == 0)
  }

  @Test func `is told by the narrowing question whether the barrier must wait`() async throws {
    let organization = TestSchema.organization()
    let answers = try await TestSchema.withDatabase {
      $0.narrowingQuestion = "SELECT count(*) > 1 FROM notes"
    } _: { database in
      var answers: [Bool] = []
      for key in 1...2 {
        let transaction = try await database.begin(
          as: TestSchema.scope(organization), kind: .write, deadline: nil)
        var batch = Batch()
        batch.add(InsertNote(organization: organization, key: Int64(key), body: "n"))
        answers.append(try await transaction.commit(batch).isNarrowing)
      }
      return answers
    }
    #expect(answers == [false, true])
  }

  @Test func `refuses to go on after it has ended`() async throws {
    let organization = TestSchema.organization()
    let error = try await TestSchema.withDatabase { database in
      let transaction = try await database.begin(
        as: TestSchema.scope(organization), kind: .write, deadline: nil)
      await transaction.rollback()
      return await #expect(throws: DatabaseError.self) { try await transaction.flush(Batch()) }
    }
    #expect(error == .rejected(sqlState: "", message: "the transaction has ended"))
  }
}

extension Result where Failure == DatabaseError {
  var error: DatabaseError? {
    if case .failure(let error) = self { error } else { nil }
  }
}
