package import Domain
package import Postgres

/// Denies every pending request for a role that is deleted.
package struct EndRequestsOfRole: Statement {
  package let organization: OrganizationID
  package let role: RoleID
  package let instant: Timestamp
  package let principal: Principal

  package init(
    organization: OrganizationID, role: RoleID, at instant: Timestamp, by principal: Principal
  ) {
    self.organization = organization
    self.role = role
    self.instant = instant
    self.principal = principal
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    UPDATE roster.role_requests
       SET state = 'denied', decided_at = $3, decided_by_kind = $4, decided_by = $5,
           version = version + 1
     WHERE organization_id = $1 AND role_id = $2 AND state = 'pending'
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(role)
    parameters.instant(instant)
    parameters.text(principal.kind.rawValue)
    parameters.id(principal.id)
  }

  package typealias Row = NoRow
}
