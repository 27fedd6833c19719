package import Domain
package import Postgres

/// Deletes a group, after its memberships (``DeleteMembersOfGroup``) and its grants
/// (``DeleteGrantsOfGroup``).
///
/// Fails with ``DatabaseError/expectationFailed`` when there is no such group.
package struct DeleteGroup: Statement {
  package let organization: OrganizationID
  package let group: GroupID

  package init(organization: OrganizationID, group: GroupID) {
    self.organization = organization
    self.group = group
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH deleted AS (
      DELETE FROM roster.groups WHERE organization_id = $1 AND group_id = $2 RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM deleted), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(group)
  }

  package typealias Row = NoRow
}
