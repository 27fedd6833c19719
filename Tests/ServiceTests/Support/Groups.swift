import API
import Domain
import RPC
import SwiftProtobuf

extension World {
  func group(
    _ name: String, in organization: Roster_V1_Organization
  ) async throws -> Roster_V1_Group {
    try await root.groups.createGroup(
      .with {
        $0.organizationID = organization.organizationID
        $0.group.name = name
      }
    ).group
  }

  /// Hands the group over to a directory.
  func manageExternally(_ group: Roster_V1_Group) async throws {
    _ = try await ask(
      "UPDATE roster.groups SET managed_by = 'directory', directory_id = '\(freshID())' "
        + "WHERE group_id = '\(group.groupID)' RETURNING 'x'")
  }

  /// A membership by another source.
  func put(
    _ user: Roster_V1_User, into group: Roster_V1_Group, source: String,
    until expiry: String = "NULL"
  ) async throws {
    _ = try await ask(
      """
      INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
        joined_at, added_by_kind, added_by, expires_at)
      VALUES ('\(group.organizationID)', '\(group.groupID)', '\(user.userID)', '\(source)',
        '\(freshID())', now(), 'service', '\(freshID())', \(expiry)) RETURNING 'x'
      """)
  }

  /// The sources of the group's members, by address.
  func members(of group: Roster_V1_Group) async throws -> [String] {
    try await ask(
      """
      SELECT e.address || ' ' || string_agg(m.source, '+' ORDER BY m.source)
        FROM roster.group_members AS m JOIN roster.emails AS e USING (organization_id, user_id)
       WHERE m.group_id = '\(group.groupID)' GROUP BY e.address ORDER BY e.address
      """
    ).compactMap { $0 }
  }

  /// A role with rights such as `users.read:all`, given to a user or a group.
  func grant(
    _ rights: [String], rank: Int = 100, to holder: (column: String, id: String),
    in organization: Roster_V1_Organization
  ) async throws -> String {
    let role = freshID()
    let values = rights.map { right in
      let parts = right.split(separator: ":")
      return "('\(organization.organizationID)', '\(role)', '\(parts[0])', '\(parts[1])')"
    }
    let permissions =
      values.isEmpty
      ? "" : "INSERT INTO roster.role_permissions VALUES \(values.joined(separator: ", "));"
    _ = try await ask(
      """
      INSERT INTO roster.roles (organization_id, role_id, key, aliases, name, description, kind,
        rank, created_at, updated_at)
      VALUES ('\(organization.organizationID)', '\(role)', '\(role)', '{}', 'role \(role)', '',
        'custom', \(rank), now(), now());
      \(permissions)
      INSERT INTO roster.role_grants (organization_id, grant_id, role_id, \(holder.column), source,
        valid_from, justification, granted_by_kind, granted_by, created_at)
      VALUES ('\(organization.organizationID)', '\(role)', '\(role)', '\(holder.id)', 'manual',
        now(), '', 'user', '\(role)', now()) RETURNING 'x'
      """)
    return role
  }
}

extension Roster_V1_AddMemberRequest {
  static func member(
    _ user: Roster_V1_User, of group: Roster_V1_Group
  ) -> Roster_V1_AddMemberRequest {
    .with {
      $0.organizationID = group.organizationID
      $0.groupID = group.groupID
      $0.userID = user.userID
    }
  }
}

extension Roster_V1_RemoveMemberRequest {
  static func member(
    _ user: Roster_V1_User, of group: Roster_V1_Group
  ) -> Roster_V1_RemoveMemberRequest {
    .with {
      $0.organizationID = group.organizationID
      $0.groupID = group.groupID
      $0.userID = user.userID
    }
  }
}

extension Roster_V1_GetGroupRequest {
  static func group(_ group: Roster_V1_Group) -> Roster_V1_GetGroupRequest {
    .with {
      $0.organizationID = group.organizationID
      $0.groupID = group.groupID
    }
  }
}

extension Roster_V1_UpdateGroupRequest {
  /// Writes `fields`; without paths the mask is omitted.
  static func group(
    _ group: Roster_V1_Group, _ fields: Roster_V1_GroupFields, mask paths: [String]? = nil
  ) -> Roster_V1_UpdateGroupRequest {
    .with {
      $0.organizationID = group.organizationID
      $0.groupID = group.groupID
      $0.group = fields
      if let paths { $0.updateMask.paths = paths }
    }
  }
}

extension Roster_V1_DeleteGroupRequest {
  static func group(_ group: Roster_V1_Group) -> Roster_V1_DeleteGroupRequest {
    .with {
      $0.organizationID = group.organizationID
      $0.groupID = group.groupID
    }
  }
}

extension Roster_V1_SetUserGroupsRequest {
  static func user(
    _ user: Roster_V1_User, _ groups: [Roster_V1_Group]
  ) -> Roster_V1_SetUserGroupsRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
      $0.groupIds = groups.map(\.groupID)
    }
  }
}

extension Google_Protobuf_Timestamp {
  /// So many seconds after now.
  static func inSeconds(_ seconds: Int64) -> Google_Protobuf_Timestamp {
    Google_Protobuf_Timestamp(seconds: World.wallClock().seconds + seconds, nanos: 0)
  }
}

extension Roster_V1_CreateGroupRequest {
  static func named(
    _ name: String, in organization: Roster_V1_Organization
  ) -> Roster_V1_CreateGroupRequest {
    .with {
      $0.organizationID = organization.organizationID
      $0.group.name = name
    }
  }
}
