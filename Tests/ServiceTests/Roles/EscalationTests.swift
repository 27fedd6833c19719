import API
import Domain
import Postgres
import RPC
import Store
import SwiftProtobuf
import Testing

/// Table: every way in which RoleService lets a person give rights.
private enum GivingPath: CaseIterable {
  case grantToUser, grantToSelf, grantToGroup, setUserRole, setOwnRole, updateRole
  case updateOwnRole, createAndGrant, approveRequest
}

/// What a person may do now, and what of it has no end.
private struct Measure {
  let now: Holding
  let lasting: Holding

  /// Whether what was won since `before` is within what `giver` had.
  func isWithin(_ giver: Measure, since before: Measure) -> Bool {
    giver.now.rights.cover(now.rights.subtracting(before.now.rights))
      && giver.lasting.rights.cover(lasting.rights.subtracting(before.lasting.rights))
      && now.rank <= max(before.now.rank, giver.now.rank)
      && lasting.rank <= max(before.lasting.rank, giver.lasting.rank)
  }
}

/// One organization whose state is put back after every attempt.
private struct Stage {
  let world: World
  let organization: Roster_V1_Organization
  let group: String
  /// One for each role of the template, and one whose highest role ends in an hour.
  let actors: [Roster_V1_User]
  let victim: Roster_V1_User
  /// What the victim holds: it allows to ask for roles.
  let clay: Roster_V1_Role
  let targets: [Roster_V1_Role]

  init(_ world: World, _ template: Roster_V1_RoleTemplate) async throws {
    self.world = world
    try await world.addProductPermissions()
    let acme = try await world.organization(
      "acme", settings: .with { $0.roleTemplate = template })
    organization = acme
    let list = Roster_V1_ListRolesRequest.with {
      $0.organizationID = acme.organizationID
      $0.withRights = true
    }
    let roles = try await world.root.roles.listRoles(list).roles
    clay = try await world.custom(
      "clay", rank: 0, ["role_requests.create:self"], in: organization)
    var actors: [Roster_V1_User] = []
    for role in roles {
      let actor = try await world.user("\(role.key)@example.com", in: organization)
      try await world.give(role, to: actor)
      actors.append(actor)
    }
    let passing = try await world.user("passing@example.com", in: organization)
    _ = try await world.root.roles.grantRole(
      .with {
        $0.organizationID = acme.organizationID
        $0.roleID = roles[0].roleID
        $0.userID = passing.userID
        $0.expireTime = .init(World.wallClock().advanced(by: .seconds(3_600)))
      })
    victim = try await world.user("victim@example.com", in: organization)
    try await world.give(clay, to: victim)
    self.actors = actors + [passing]
    group = try await world.group("all", self.actors + [victim], in: organization)
    let sly = try await world.custom("sly", rank: 1, ["roles.edit:all"], in: organization)
    let high = try await world.custom("high", rank: 900, in: organization)
    targets = roles + [sly, high]
  }

  func measure() async throws -> [String: Measure] {
    let id = try #require(OrganizationID(canonical: organization.organizationID)).uuid
    var measures: [String: Measure] = [:]
    for user in actors + [victim] {
      let held = try await world.pool.read(
        FindHeldRoles(
          organization: OrganizationID(id), user: try #require(UserID(canonical: user.userID))),
        as: .organization(high: id.high, low: id.low), deadline: nil)
      measures[user.userID] = Measure(now: held.holding, lasting: held.lasting(until: nil))
    }
    return measures
  }

  /// - Returns: whether the path was open.
  func attempt(
    _ path: GivingPath, _ target: Roster_V1_Role, by actor: Roster_V1_User
  ) async throws -> Bool {
    let roles = world.acting(actor).roles
    do throws(Status) {
      switch path {
      case .grantToUser: _ = try await roles.grantRole(.role(target, to: victim))
      case .grantToSelf: _ = try await roles.grantRole(.role(target, to: actor))
      case .grantToGroup: _ = try await roles.grantRole(.role(target, toGroup: group))
      case .setUserRole: _ = try await roles.setUserRole(.role(target, of: victim))
      case .setOwnRole: _ = try await roles.setUserRole(.role(target, of: actor))
      case .updateRole: _ = try await roles.updateRole(.role(clay, target.fields))
      case .updateOwnRole:
        _ = try await roles.updateRole(.role(targets[0], mask: ["rights"], target.fields))
      case .createAndGrant:
        var request = Roster_V1_CreateRoleRequest.role("made", in: organization)
        request.role = target.fields
        request.role.name = "made"
        let made = try await roles.createRole(request).role
        _ = try await roles.grantRole(.role(made, to: victim))
      case .approveRequest:
        let request = try await world.acting(victim).roles.requestRole(.role(target)).roleRequest
        _ = try await roles.decideRoleRequest(.request(request, .approve))
      }
      return true
    } catch {
      #expect(error.code != .internal, "\(error)")
      return false
    }
  }

  /// The rows of roles and grants as they are now, for ``putBack()``.
  func keep() async throws {
    for table in ["role_permissions", "roles", "role_grants"] {
      _ = try await world.ask("CREATE TABLE kept_\(table) AS TABLE roster.\(table)")
    }
  }

  func putBack() async throws {
    _ = try await world.ask(
      """
      DELETE FROM roster.role_requests; DELETE FROM roster.role_grants;
      DELETE FROM roster.role_permissions; DELETE FROM roster.roles;
      INSERT INTO roster.roles (organization_id, role_id, key, aliases, name, description, kind,
        rank, version, created_at, updated_at)
      SELECT organization_id, role_id, key, aliases, name, description, kind, rank, version,
             created_at, updated_at
        FROM kept_roles;
      INSERT INTO roster.role_permissions TABLE kept_role_permissions;
      INSERT INTO roster.role_grants TABLE kept_role_grants
      """)
  }
}

extension Roster_V1_Role {
  /// Rank and rights as a request writes them.
  fileprivate var fields: Roster_V1_RoleFields {
    .with {
      $0.rank = rank
      $0.rights = rights
    }
  }
}

@Suite(.timeLimit(.minutes(10))) struct `Giving rights` {
  @Test(arguments: [
    Roster_V1_RoleTemplate.userManagerAdmin, .readonlyTrainConfigureAdmin, .adminReadOnly,
  ])
  func `gives nobody more than the giver has, whatever the path`(
    template: Roster_V1_RoleTemplate
  ) async throws {
    try await World.with { world in
      let stage = try await Stage(world, template)
      let before = try await stage.measure()
      try await stage.keep()
      var open: Set<GivingPath> = []
      for actor in stage.actors {
        let giver = try #require(before[actor.userID])
        for path in GivingPath.allCases {
          for target in stage.targets {
            let isOpen = try await stage.attempt(path, target, by: actor)
            if isOpen { open.insert(path) }
            for (user, after) in try await stage.measure() {
              let was = try #require(before[user])
              #expect(
                after.isWithin(giver, since: was),
                "\(actor.email) \(path) \(target.key) raised \(user)")
            }
            if isOpen || path == .createAndGrant || path == .approveRequest {
              try await stage.putBack()
            }
          }
        }
      }
      // Otherwise the matrix would prove nothing of a path.
      #expect(open == Set(GivingPath.allCases))
    }
  }
}
