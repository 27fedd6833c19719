import API

extension World {
  /// Gives a user a role of its organization, past RoleService.
  func give(_ role: String, to user: Roster_V1_User) async throws {
    _ = try await ask(
      """
      INSERT INTO roster.role_grants (organization_id, grant_id, role_id, user_id, source,
        valid_from, justification, granted_by_kind, granted_by, created_at)
      SELECT organization_id, '\(freshID())', role_id, '\(user.userID)', 'manual', now(), '',
             'system', '\(freshID())', now()
        FROM roster.roles
       WHERE organization_id = '\(user.organizationID)' AND key = '\(role)'
      RETURNING 'x'
      """)
  }

  /// A group with these members, past GroupService.
  /// - Returns: its id.
  func group(_ name: String, of members: Roster_V1_User...) async throws -> String {
    let id = freshID()
    let organization = members[0].organizationID
    let rows = members.map { "('\($0.userID)'::uuid)" }.joined(separator: ", ")
    _ = try await ask(
      """
      INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
        created_at, updated_at)
      VALUES ('\(organization)', '\(id)', '\(name)', '', 'local', now(), now());
      INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
        joined_at, added_by_kind, added_by)
      SELECT '\(organization)', '\(id)', user_id, 'manual',
             '00000000-0000-0000-0000-000000000000', now(), 'system', '\(freshID())'
        FROM (VALUES \(rows)) AS m (user_id)
      RETURNING 'x'
      """)
    return id
  }

  /// A user with a role, and a backend that acts for it.
  func person(
    _ role: String?, in organization: Roster_V1_Organization, email: String? = nil
  ) async throws -> (user: Roster_V1_User, client: Client) {
    let user = try await user(email ?? "\(role ?? "nobody")@example.com", in: organization)
    if let role { try await give(role, to: user) }
    return (user, root.with("roster-user", user.userID))
  }
}
