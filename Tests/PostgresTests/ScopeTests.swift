import EventLoop
import Postgres
import Testing

@Suite struct `The scope of a statement` {
  private static let ada: Organization = (0xA, 1)
  private static let bob: Organization = (0xB, 2)

  private static func fill(_ database: Database) async throws {
    for (organization, body) in [(ada, "ada"), (bob, "bob")] {
      let transaction = try await database.begin(
        as: .organization(high: organization.high, low: organization.low), kind: .write,
        deadline: nil)
      var batch = Batch()
      batch.add(DeleteNotes())
      batch.add(InsertNote(organization: organization, key: 1, body: body))
      _ = try await transaction.commit(batch)
    }
  }

  @Test func `doesn't leak from one pair of a Sync into the next`() async throws {
    let results = try await TestSchema.withDatabase { database in
      try await Self.fill(database)
      return await parallel(48) { (index) throws(DatabaseError) in
        let organization = index % 2 == 0 ? Self.ada : Self.bob
        return try await database.read(
          VisibleNotes(),
          as: .organization(high: organization.high, low: organization.low), deadline: nil)
      }
    }
    for (index, result) in results.enumerated() {
      #expect(try result.get() == [index % 2 == 0 ? "ada" : "bob"])
    }
    // R-TEN-4, and a role that another statement took.
    let later = try await TestSchema.withDatabase {
      $0.exclusiveConnectionsMax = 1
    } _: {
      database in
      let everything = try await database.read(VisibleNotes(), as: .system, deadline: nil)
      let own = try await database.read(
        VisibleNotesAlone(), as: .organization(high: Self.ada.high, low: Self.ada.low),
        deadline: nil)
      let bare = await parallel(1) { (_) throws(DatabaseError) in
        try await database.read(VisibleNotesAlone(), as: .none, deadline: nil)
      }
      let bareShared = await parallel(1) { (_) throws(DatabaseError) in
        try await database.read(VisibleNotes(), as: .none, deadline: nil)
      }
      return (everything, own, bare[0], bareShared[0])
    }
    #expect(Set(later.0).isSuperset(of: ["ada", "bob"]))
    #expect(later.1 == ["ada"])
    for result in [later.2, later.3] {
      guard case .failure(.invalidValue(sqlState: "22P02", _)) = result else {
        Issue.record("read without context: \(result)")
        return
      }
    }
  }

  @Test func `of another organization can't be written`() async throws {
    let error = try await TestSchema.withDatabase { database in
      let transaction = try await database.begin(
        as: .organization(high: 0xA, low: 1), kind: .write, deadline: nil)
      return await #expect(throws: DatabaseError.self) {
        var batch = Batch()
        batch.add(InsertNote(organization: Self.bob, key: 99, body: "smuggled"))
        _ = try await transaction.commit(batch)
      }
    }
    guard case .rejected(sqlState: "42501", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `can change inside a transaction that creates its organization`() async throws {
    let bodies = try await TestSchema.withDatabase { database in
      let created: Organization = (0xC, UInt64.random(in: 1 ... .max))
      let transaction = try await database.begin(
        as: .organization(high: 0, low: 0), kind: .write, deadline: nil)
      _ = try await transaction.flush(Batch())
      transaction.setOrganization(high: created.high, low: created.low)
      var batch = Batch()
      batch.add(InsertNote(organization: created, key: 1, body: "first"))
      _ = try await transaction.commit(batch)
      return try await database.read(
        VisibleNotes(), as: .organization(high: created.high, low: created.low), deadline: nil)
    }
    #expect(bodies == ["first"])
  }
}

struct DeleteNotes: Statement {
  static let kind = StatementKind.write
  static let sql: StaticString = "DELETE FROM notes"
  func bind(_ parameters: inout Parameters) {}
  typealias Row = NoRow
}
