import API
import Postgres
import RPC
import SwiftProtobuf
import TestSupport
import Testing

/// Two calls at once. Each waits in its second flush for a row that a third party holds, so that
/// both are under way; which of them goes first is drawn anew each time.
@Suite struct `Two at once` {
  private static let waiting =
    "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

  /// Runs both while the organization's rows are held, until both wait, then lets go.
  /// - Returns: their reasons; nil for one that succeeded.
  private func race(
    _ world: World, holding statement: String,
    _ first: @escaping @Sendable () async throws(Status) -> Void,
    _ second: @escaping @Sendable () async throws(Status) -> Void
  ) async throws -> [String?] {
    let holder = try await ScriptConnection.open(
      Conninfo(world.database.superuser), loop: world.loop)
    defer { holder.close() }
    try await holder.run("BEGIN; \(statement)")
    async let one = reason(first)
    while try await world.count(Self.waiting) < 1 {}
    async let two = reason(second)
    while try await world.count(Self.waiting) < 2 {}
    try await holder.run("COMMIT")
    return [await one, await two]
  }

  private func reason(
    _ body: @Sendable () async throws(Status) -> Void
  ) async -> String? {
    do throws(Status) {
      try await body()
      return nil
    } catch {
      return error.reason ?? "\(error.code)"
    }
  }

  private enum End: CaseIterable {
    case lock, deactivate, softDelete, hardDelete

    func run(_ user: Roster_V1_User, _ world: World) async throws(Status) {
      switch self {
      case .lock: _ = try await world.root.users.lockUser(.user(user))
      case .deactivate: _ = try await world.root.users.deactivateUser(.user(user))
      case .softDelete: _ = try await world.root.users.deleteUser(.user(user, .soft))
      case .hardDelete: _ = try await world.root.users.deleteUser(.user(user, .hard))
      }
    }
  }

  @Test func `who take the last two administrators away leave one, in every order`()
    async throws
  {
    try await World.with { world in
      for (index, one) in End.allCases.enumerated() {
        for other in End.allCases {
          let organization = try await world.organization(
            "o\(index)-\(other)".lowercased(), settings: .with { $0.deletion.confirmation = .none })
          let ada = try await world.user("ada@example.com", in: organization)
          let bob = try await world.user("bob@example.com", in: organization)
          try await world.administrators([ada, bob])
          let id = organization.organizationID
          let reasons = try await race(
            world,
            holding: "SELECT FROM roster.organizations WHERE organization_id = '\(id)' FOR UPDATE",
            { () throws(Status) in try await one.run(ada, world) },
            { () throws(Status) in try await other.run(bob, world) })
          #expect(reasons.count { $0 == nil } == 1, "\(one) \(other)")
          #expect(reasons.contains("LAST_ADMINISTRATOR"), "\(one) \(other)")
          #expect(
            try await world.ask("SELECT roster.has_administrator('\(id)')::text") == ["true"])
        }
      }
    }
  }

  @Test(arguments: [true, false])
  func `who bring a user back and create one with its address: one has it`(
    isUndeletionFirst: Bool
  ) async throws {
    try await World.with { world in
      let organization = try await world.organization(
        settings: .with { $0.deletion.confirmation = .none })
      let user = try await world.user("ada@example.com", in: organization)
      _ = try await world.root.users.deleteUser(.user(user, .soft))
      let undelete: @Sendable () async throws(Status) -> Void = { () throws(Status) in
        _ = try await world.root.users.undeleteUser(.user(user))
      }
      let create: @Sendable () async throws(Status) -> Void = { () throws(Status) in
        _ = try await world.root.users.createUser(.user("ada@example.com", in: organization))
      }
      // The holder has the address itself, and gives it up.
      let reasons = try await race(
        world,
        holding: """
          INSERT INTO roster.emails
            (organization_id, email_id, user_id, address, is_primary, created_at)
          SELECT organization_id, gen_random_uuid(), user_id, address, false, now()
            FROM roster.emails;
          DELETE FROM roster.emails WHERE NOT is_primary
          """, isUndeletionFirst ? undelete : create, isUndeletionFirst ? create : undelete)
      #expect(reasons.count { $0 == nil } == 1)
      #expect(reasons.contains("EMAIL_ALREADY_EXISTS"))
      #expect(try await world.count("roster.emails WHERE deleted_at IS NULL") == 1)
    }
  }

  @Test(arguments: [true, false])
  func `who move a user to a company and delete it: the user is in no company that is not`(
    isMoveFirst: Bool
  ) async throws {
    try await World.with { world in
      let organization = try await world.organization(settings: .companies(.optional))
      let company = try await world.company("North", in: organization)
      let user = try await world.user("ada@example.com", in: organization)
      let move: @Sendable () async throws(Status) -> Void = { () throws(Status) in
        _ = try await world.root.companies.moveUsers(.users([user], to: company))
      }
      let delete: @Sendable () async throws(Status) -> Void = { () throws(Status) in
        _ = try await world.root.companies.deleteCompany(
          .with {
            $0.organizationID = company.organizationID
            $0.companyID = company.companyID
          })
      }
      let reasons = try await race(
        world, holding: "SELECT FROM roster.companies FOR UPDATE", isMoveFirst ? move : delete,
        isMoveFirst ? delete : move)
      #expect(reasons.count { $0 == nil } == 1)
      #expect(
        reasons.contains("COMPANY_NOT_EMPTY") || reasons.contains("COMPANY_NOT_FOUND"))
      let dangling =
        "roster.users AS u WHERE company_id IS NOT NULL AND NOT EXISTS "
        + "(SELECT FROM roster.companies AS c WHERE c.company_id = u.company_id)"
      #expect(try await world.count(dangling) == 0)
    }
  }
}
