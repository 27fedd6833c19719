import API
import SwiftProtobuf

// Requests and rows that tests of users' lives begin with.

extension Roster_V1_DeactivateUserRequest {
  static func user(_ user: Roster_V1_User, reason: String = "") -> Roster_V1_DeactivateUserRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
      $0.reason = reason
    }
  }
}

extension Roster_V1_ReactivateUserRequest {
  static func user(
    _ user: Roster_V1_User, groups: [String] = []
  ) -> Roster_V1_ReactivateUserRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
      $0.groupIds = groups
    }
  }
}

extension Roster_V1_DeleteUserRequest {
  static func user(
    _ user: Roster_V1_User, _ mode: Roster_V1_DeletionMode = .unspecified
  ) -> Roster_V1_DeleteUserRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
      $0.mode = mode
    }
  }
}

extension Roster_V1_UndeleteUserRequest {
  static func user(_ user: Roster_V1_User) -> Roster_V1_UndeleteUserRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
    }
  }
}

extension World {
  /// A group with the users as members, of one source.
  /// - Returns: the group's id.
  @discardableResult
  func group(
    _ name: String, of users: [Roster_V1_User], source: String = "manual"
  ) async throws -> String {
    let id = freshID()
    let organization = users.first?.organizationID ?? ""
    _ = try await ask(
      """
      INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
        created_at, updated_at)
      VALUES ('\(organization)', '\(id)', '\(name)', '', 'local', now(), now())
      """)
    for user in users {
      _ = try await ask(
        """
        INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
          joined_at, added_by_kind, added_by)
        VALUES ('\(organization)', '\(id)', '\(user.userID)', '\(source)',
          '00000000-0000-0000-0000-000000000000', now(), 'system', '\(user.userID)')
        """)
    }
    return id
  }

  /// Gives the users a role that makes an administrator.
  func administrators(_ users: [Roster_V1_User]) async throws {
    let organization = users.first?.organizationID ?? ""
    let role = freshID()
    _ = try await ask(
      """
      INSERT INTO roster.roles (organization_id, role_id, key, aliases, name, description, kind,
        rank, created_at, updated_at)
      VALUES ('\(organization)', '\(role)', '\(role)', '{}', '\(role)', '', 'custom', 1, now(),
        now())
      """)
    _ = try await ask(
      """
      INSERT INTO roster.role_permissions
      VALUES ('\(organization)', '\(role)', 'roles.edit', 'all')
      """)
    for user in users {
      _ = try await ask(
        """
        INSERT INTO roster.role_grants (organization_id, grant_id, role_id, user_id, source,
          valid_from, justification, granted_by_kind, granted_by, created_at)
        VALUES ('\(organization)', '\(freshID())', '\(role)', '\(user.userID)', 'manual', now(),
          '', 'system', '\(user.userID)', now())
        """)
    }
  }

  /// The groups in which the user counts, by name.
  func groups(of user: Roster_V1_User) async throws -> [String?] {
    try await ask(
      """
      SELECT g.name FROM roster.groups AS g JOIN roster.group_members AS m USING (group_id)
       WHERE m.user_id = '\(user.userID)' AND m.suspended_at IS NULL ORDER BY 1
      """)
  }
}
