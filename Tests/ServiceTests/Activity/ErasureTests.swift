import API
import Domain
import Foundation
import Postgres
import RPC
import Store
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct `Erasing a person` {
  /// Values that nothing else in the database holds.
  private static let planted = [
    "plantedalpha", "plantedbravo", "plantedcharlie", "planteddelta", "plantedecho",
    "plantedfoxtrot", "plantedgolf", "plantedhotel", "plantedindia", "plantedjuliett",
  ]

  private func plant(
    _ world: World, in organization: Roster_V1_Organization
  ) async throws -> (user: Roster_V1_User, creation: Roster_V1_CreateUserRequest) {
    let values = Self.planted
    var creation = Roster_V1_CreateUserRequest.user("\(values[0])@example.com", in: organization)
    creation.user.givenName = values[1]
    creation.user.familyName = values[2]
    creation.user.displayName = values[3]
    creation.user.externalID = values[4]
    creation.user.avatarURL = "https://\(values[5]).example/face"
    creation.user.attributes = ["team": values[6], values[7]: "x"]
    creation.requestID = freshID()
    creation.notify = true
    let user = try await world.root.users.createUser(creation).user
    var update = Roster_V1_UpdateUserRequest.user(
      user, .with { $0.email = "\(values[8])@example.com" })
    update.requestID = freshID()
    _ = try await world.root.users.updateUser(update)
    var lock = Roster_V1_LockUserRequest.user(user, reason: values[9])
    lock.requestID = freshID()
    lock.notify = true
    _ = try await world.root.users.lockUser(lock)
    return (user, creation)
  }

  /// Which of the values any row of any table holds, as text or as the hexadecimal digits of bytes.
  private func found(_ world: World) async throws -> [String] {
    let tables = try await world.ask(
      "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'roster'::regnamespace "
        + "AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1")
    var dump = ""
    for table in tables.compactMap({ $0 }) {
      let rows = try await world.ask("SELECT lower(t::text) FROM \(table) AS t")
      dump += rows.compactMap { $0 }.joined(separator: "\n")
    }
    return Self.planted.filter { value in
      let digits = value.utf8.map { String($0, radix: 16) }.joined()
      return dump.contains(value) || dump.contains(digits)
    }
  }

  /// What deletes the person's own rows beside what is erased.
  private func erase(_ user: Roster_V1_User, _ world: World) async throws {
    let organization = try #require(OrganizationID(canonical: user.organizationID))
    let subject = try #require(UserID(canonical: user.userID))
    let transaction = try await world.pool.begin(
      as: .organization(high: organization.uuid.high, low: organization.uuid.low), kind: .write,
      deadline: nil)
    var batch = Batch()
    batch.erase(subject, in: organization)
    _ = try await transaction.commit(batch)
    _ = try await world.ask(
      """
      DELETE FROM roster.role_grants WHERE user_id = '\(user.userID)';
      DELETE FROM roster.user_activity WHERE user_id = '\(user.userID)';
      DELETE FROM roster.emails WHERE user_id = '\(user.userID)';
      DELETE FROM roster.users WHERE user_id = '\(user.userID)';
      """)
  }

  @Test func `leaves none of what they told in the database, and every event`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await plant(world, in: organization).user
      #expect(try await found(world) == Self.planted)
      let digest = "SELECT md5(string_agg(e::text, '|' ORDER BY event_id)) FROM roster.events AS e"
      let before = try await world.ask(digest)

      try await erase(user, world)
      #expect(try await found(world) == [])
      #expect(try await world.ask(digest) == before)
      #expect(try await world.count("roster.outbox") == 0)
      let events = try await world.events(in: organization, .with { $0.targetID = user.userID })
      #expect(events.map(\.action) == ["user.locked", "user.updated", "user.created"])
      #expect(events.map(\.target.erased) == [true, true, true])
      #expect(events.map(\.target.hasDetails) == [false, false, false])
    }
  }

  @Test func `takes what they did away too, and nothing of others`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let admin = try await plant(world, in: organization).user
      let user = try await world.user("ada@example.com", in: organization)
      _ = try await world.root.users.unlockUser(.user(admin))
      var lock = Roster_V1_LockUserRequest.user(user)
      lock.requestID = freshID()
      lock.notify = true
      try await world.give("admin", to: admin)
      let acting = world.root.with("roster-user", admin.userID)
      _ = try await acting.users.lockUser(lock)

      try await erase(admin, world)
      let event = try #require(
        try await world.events(in: organization, .with { $0.targetID = user.userID }).first)
      #expect(event.actor.id == admin.userID)
      #expect(event.actor.erased)
      #expect(event.target.hasDetails)
      #expect(try await world.count("roster.outbox") == 1)
      // The answer told of Ada, and was given to the administrator.
      #expect(
        try await world.count(
          "roster.idempotency_keys WHERE request_id = '\(lock.requestID)' AND answer = ''") == 1)
    }
  }

  @Test func `keeps their creation from being repeated, and its answer from being told`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      let (user, creation) = try await plant(world, in: organization)
      var other = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      other.requestID = freshID()
      let kept = try await world.root.users.createUser(other)
      try await erase(user, world)

      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(creation)
      }
      #expect(status.code == .aborted)
      #expect(status.reason == "ANSWER_ERASED")
      #expect(try await world.root.users.createUser(other) == kept)
    }
  }
}
