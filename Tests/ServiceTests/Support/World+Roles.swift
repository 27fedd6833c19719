import API
import Domain
import Postgres
import Store
import SwiftProtobuf
import Testing

extension World {
  /// The root client acting for a user.
  func acting(_ user: Roster_V1_User) -> Client {
    root.with("roster-user", user.userID)
  }

  /// A user who holds a role by its key, directly.
  func user(
    _ email: String, with key: String, in organization: Roster_V1_Organization
  ) async throws -> Roster_V1_User {
    let user = try await user(email, in: organization)
    try await give(try await role(key, in: organization), to: user)
    return user
  }

  /// The role of a key.
  func role(
    _ key: String, in organization: Roster_V1_Organization
  ) async throws -> Roster_V1_Role {
    let request = Roster_V1_ListRolesRequest.with {
      $0.organizationID = organization.organizationID
      $0.withRights = true
    }
    let roles = try await root.roles.listRoles(request).roles
    return try #require(roles.first { $0.key == key })
  }

  /// A custom role with rights as `permission:scope`.
  @discardableResult
  func custom(
    _ key: String, rank: Int32 = 100, _ rights: [String] = [],
    in organization: Roster_V1_Organization
  ) async throws -> Roster_V1_Role {
    try await root.roles.createRole(.role(key, rank: rank, rights, in: organization)).role
  }

  @discardableResult
  func give(
    _ role: Roster_V1_Role, to user: Roster_V1_User
  ) async throws -> Roster_V1_RoleGrant {
    try await root.roles.grantRole(.role(role, to: user)).grant
  }

  @discardableResult
  func give(
    _ role: Roster_V1_Role, toGroup group: String
  ) async throws -> Roster_V1_RoleGrant {
    try await root.roles.grantRole(.role(role, toGroup: group)).grant
  }

  /// A group with members, made past the API.
  func group(
    _ name: String, _ members: [Roster_V1_User] = [], in organization: Roster_V1_Organization
  ) async throws -> String {
    let id = freshID()
    _ = try await ask(
      """
      INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
        created_at, updated_at)
      VALUES ('\(organization.organizationID)', '\(id)', '\(name)', '', 'local', now(), now())
      RETURNING 'x'
      """)
    for member in members { try await join(id, member) }
    return id
  }

  func join(
    _ group: String, _ user: Roster_V1_User, until expiry: String = "NULL"
  ) async throws {
    _ = try await ask(
      """
      INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
        joined_at, added_by_kind, added_by, expires_at)
      VALUES ('\(user.organizationID)', '\(group)', '\(user.userID)', 'manual',
        '00000000-0000-0000-0000-000000000000', now(), 'system',
        '00000000-0000-0000-0000-000000000000', \(expiry))
      RETURNING 'x'
      """)
  }

  /// The user as authorization sees them.
  func subject(_ user: Roster_V1_User) async throws -> Subject {
    let organization = try #require(OrganizationID(canonical: user.organizationID))
    let id = try #require(UserID(canonical: user.userID))
    let found = try await pool.read(
      FindSubject(organization: organization, user: id),
      as: .organization(high: organization.uuid.high, low: organization.uuid.low), deadline: nil)
    return try #require(found.first)
  }

  func rights(_ user: Roster_V1_User) async throws -> [String] {
    try await subject(user).rights.sorted.map(\.text)
  }

  func administrators(in organization: Roster_V1_Organization) async throws -> Bool {
    try await ask("SELECT roster.has_administrator('\(organization.organizationID)')") == ["t"]
  }

  /// The products' permissions that templates speak of.
  func addProductPermissions() async throws {
    _ = try await ask(
      """
      INSERT INTO roster.permissions (permission, position, description, scopes, built_in)
      SELECT p, 256 - n, '', '{self,own,group,company,all}', false
        FROM unnest(ARRAY['agents.create', 'agents.edit', 'agents.use', 'agents.train',
                          'analytics.read']) WITH ORDINALITY AS t (p, n)
      RETURNING 'x'
      """)
  }
}

extension Roster_V1_Right {
  /// Of `permission:scope`.
  init(_ text: String) {
    self.init()
    let parts = text.split(separator: ":").map { String($0) }
    permission = parts[0]
    scope =
      switch parts[1] {
      case "self": .self_
      case "own": .own
      case "group": .group
      case "company": .company
      case "all": .all
      default: .unspecified
      }
  }
}

extension Roster_V1_CreateRoleRequest {
  static func role(
    _ key: String, rank: Int32 = 100, _ rights: [String] = [],
    in organization: Roster_V1_Organization
  ) -> Roster_V1_CreateRoleRequest {
    .with {
      $0.organizationID = organization.organizationID
      $0.key = key
      $0.role.name = "The \(key)"
      $0.role.rank = rank
      $0.role.rights = rights.map { Roster_V1_Right($0) }
    }
  }
}

extension Roster_V1_UpdateRoleRequest {
  static func role(
    _ role: Roster_V1_Role, mask paths: [String] = [], _ fields: Roster_V1_RoleFields
  ) -> Roster_V1_UpdateRoleRequest {
    .with {
      $0.organizationID = role.organizationID
      $0.roleID = role.roleID
      $0.role = fields
      if !paths.isEmpty { $0.updateMask.paths = paths }
    }
  }
}

extension Roster_V1_DeleteRoleRequest {
  static func role(_ role: Roster_V1_Role) -> Roster_V1_DeleteRoleRequest {
    .with {
      $0.organizationID = role.organizationID
      $0.roleID = role.roleID
    }
  }
}

extension Roster_V1_GrantRoleRequest {
  static func role(
    _ role: Roster_V1_Role, to user: Roster_V1_User
  ) -> Roster_V1_GrantRoleRequest {
    .with {
      $0.organizationID = role.organizationID
      $0.roleID = role.roleID
      $0.userID = user.userID
    }
  }

  static func role(
    _ role: Roster_V1_Role, toGroup group: String
  ) -> Roster_V1_GrantRoleRequest {
    .with {
      $0.organizationID = role.organizationID
      $0.roleID = role.roleID
      $0.groupID = group
    }
  }
}

extension Roster_V1_RevokeGrantRequest {
  static func grant(_ grant: Roster_V1_RoleGrant) -> Roster_V1_RevokeGrantRequest {
    .with {
      $0.organizationID = grant.organizationID
      $0.grantID = grant.grantID
    }
  }
}

extension Roster_V1_SetUserRoleRequest {
  static func role(
    _ role: Roster_V1_Role, of user: Roster_V1_User
  ) -> Roster_V1_SetUserRoleRequest {
    .with {
      $0.organizationID = role.organizationID
      $0.roleID = role.roleID
      $0.userID = user.userID
    }
  }
}

extension Roster_V1_RequestRoleRequest {
  static func role(_ role: Roster_V1_Role) -> Roster_V1_RequestRoleRequest {
    .with {
      $0.organizationID = role.organizationID
      $0.roleID = role.roleID
      $0.justification = "on call"
    }
  }
}

extension Roster_V1_DecideRoleRequestRequest {
  static func request(
    _ request: Roster_V1_RoleRequest, _ decision: Roster_V1_RoleRequestDecision
  ) -> Roster_V1_DecideRoleRequestRequest {
    .with {
      $0.organizationID = request.organizationID
      $0.roleRequestID = request.roleRequestID
      $0.decision = decision
    }
  }
}

extension Google_Protobuf_Timestamp {
  init(_ instant: Timestamp) {
    self.init(seconds: instant.seconds, nanos: instant.nanoseconds)
  }
}
