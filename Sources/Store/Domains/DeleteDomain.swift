package import Domain
package import Postgres

/// Takes a domain from an organization, held since flush 1.
package struct DeleteDomain: Statement {
  package let organization: OrganizationID
  package let name: DomainName

  package init(organization: OrganizationID, name: DomainName) {
    self.organization = organization
    self.name = name
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH deleted AS (
      DELETE FROM roster.organization_domains WHERE organization_id = $1 AND domain = $2
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM deleted), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.text(name.text)
  }

  package typealias Row = NoRow
}
