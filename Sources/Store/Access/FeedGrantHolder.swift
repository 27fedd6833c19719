package import Domain
package import Postgres

/// As ``FeedUser``, for the user or the group that a grant is to.
package struct FeedGrantHolder: Statement {
  package let organization: OrganizationID
  package let grant: GrantID

  package init(organization: OrganizationID, grant: GrantID) {
    self.organization = organization
    self.grant = grant
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.access_feed (organization_id, kind, key, narrowing)
    SELECT organization_id, CASE WHEN user_id IS NULL THEN 3 ELSE 2 END,
           coalesce(user_id, group_id), true
      FROM roster.role_grants
     WHERE organization_id = $1 AND grant_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(grant)
  }

  package typealias Row = NoRow
}
