import API
import Foundation
import RPC
import SwiftProtobuf
import Testing

/// Table: what takes an administrator away.
private enum Removal: CaseIterable, Sendable {
  case revokeGrant, setUserRole, updateRole, deleteRole, lockUser
}

/// An administrator with a role of their own.
private struct Administrator: Sendable {
  let user: Roster_V1_User
  let role: Roster_V1_Role
  let grant: Roster_V1_RoleGrant

  private static let rights = [
    "roles.edit:all", "grants.edit:all", "users.lock:all", "users.read:all",
  ]

  init(
    _ name: String, _ world: World, _ organization: Roster_V1_Organization
  ) async throws {
    user = try await world.user("\(name)@example.com", in: organization)
    role = try await world.custom(name, rank: 400, Self.rights, in: organization)
    grant = try await world.give(role, to: user)
  }

  /// Takes the other's administration away; nil: it is done.
  func remove(
    _ other: Administrator, by removal: Removal, weak: Roster_V1_Role, _ world: World
  ) async -> String? {
    let client = world.acting(user)
    do throws(Status) {
      switch removal {
      case .revokeGrant: _ = try await client.roles.revokeGrant(.grant(other.grant))
      case .setUserRole: _ = try await client.roles.setUserRole(.role(weak, of: other.user))
      case .updateRole:
        _ = try await client.roles.updateRole(.role(other.role, mask: ["rights"], .init()))
      case .deleteRole: _ = try await client.roles.deleteRole(.role(other.role))
      case .lockUser: _ = try await client.users.lockUser(.user(other.user))
      }
      return nil
    } catch {
      return error.reason
    }
  }
}

@Suite(.timeLimit(.minutes(60))) struct `Two administrators who remove each other at once` {
  /// `scripts/soak administrators` asks for more.
  private static let roundCount =
    ProcessInfo.processInfo.environment["ROSTER_SOAK_ADMINISTRATORS"].flatMap { Int($0) } ?? 50

  @Test func `leave one, whichever way they take`() async throws {
    try await World.with { world in
      let removals = Removal.allCases
      let losses: Set = ["PERMISSION_MISSING", "ACTING_USER_INVALID", "LAST_ADMINISTRATOR"]
      for round in 0..<Self.roundCount {
        let acme = try await world.organization("acme-\(round)")
        let weak = try await world.custom("weak", rank: 0, in: acme)
        let one = try await Administrator("one", world, acme)
        let two = try await Administrator("two", world, acme)
        let (first, second) = (
          removals[round % removals.count], removals[round / removals.count % removals.count]
        )
        async let onesTurn = one.remove(two, by: first, weak: weak, world)
        async let twosTurn = two.remove(one, by: second, weak: weak, world)
        let outcomes = await [onesTurn, twosTurn]
        #expect(
          outcomes.count { $0 == nil } == 1, "\(first) against \(second): \(outcomes)")
        #expect(losses.isSuperset(of: outcomes.compactMap { $0 }), "\(outcomes)")
        #expect(try await world.administrators(in: acme), "\(first) against \(second)")
      }
    }
  }

  @Test func `is refused to one alone, whichever way`() async throws {
    try await World.with { world in
      for (number, removal) in Removal.allCases.enumerated() {
        let acme = try await world.organization("acme-\(number)")
        let weak = try await world.custom("weak", rank: 0, in: acme)
        let only = try await Administrator("only", world, acme)
        let outcome = await only.remove(only, by: removal, weak: weak, world)
        #expect(outcome == "LAST_ADMINISTRATOR", "\(removal)")
        #expect(try await world.administrators(in: acme))
      }
    }
  }
}
