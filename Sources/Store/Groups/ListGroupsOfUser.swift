package import Domain
package import Postgres

/// A page of the groups that a user is in now, by name.
package struct ListGroupsOfUser: Statement {
  package let organization: OrganizationID
  package let user: UserID
  /// Those that the caller may see; nil: all.
  package let visible: [GroupID]?
  /// The sort value and the id of the last group of the page before; nil: the first page.
  package let after: (name: String, id: GroupID)?
  package let limit: Int

  package init(
    organization: OrganizationID, user: UserID, visible: [GroupID]?,
    after: (name: String, id: GroupID)?, limit: Int
  ) {
    self.organization = organization
    self.user = user
    self.visible = visible
    self.after = after
    self.limit = limit
  }

  package static let kind = StatementKind.list
  package static let sql: StaticString = """
    SELECT g.group_id, g.name, g.description, g.managed_by = 'local', s.joined_at, s.sources,
           s.expires_at, s.is_suspended, g.name_norm
      FROM (
        SELECT m.group_id, min(m.joined_at) AS joined_at, array_agg(DISTINCT m.source) AS sources,
               CASE WHEN bool_and(m.expires_at IS NOT NULL) THEN max(m.expires_at) END
                 AS expires_at,
               bool_and(m.suspended_at IS NOT NULL) AS is_suspended
          FROM roster.group_members AS m
         WHERE m.organization_id = $1 AND m.user_id = $2
           AND (m.expires_at IS NULL OR m.expires_at > now())
         GROUP BY m.group_id
      ) AS s
      JOIN roster.groups AS g ON g.organization_id = $1 AND g.group_id = s.group_id
     WHERE ($3 OR g.group_id = ANY ($4)) AND (g.name_norm, g.group_id) > ($5, $6)
     ORDER BY g.name_norm, g.group_id
     LIMIT $7
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(user)
    parameters.bool(visible == nil)
    parameters.ids(visible ?? [])
    parameters.text(after?.name ?? "")
    parameters.id(after?.id ?? GroupID(.nil))
    parameters.int64(Int64(limit))
  }

  /// A group, and where the list stands at it.
  package struct Row: Sendable {
    package let group: GroupOfUser
    package let position: PagePosition
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    let group = try GroupOfUser(
      group: row.id(0, GroupID.self), name: Name(stored: row.text(1)),
      description: Description(stored: row.text(2)), isLocal: row.bool(3),
      membership: MembershipColumns.summary(row, from: 4))
    return Row(
      group: group, position: PagePosition(.text(try row.text(8)), id: group.group.uuid))
  }
}
