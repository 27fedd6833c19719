package import Domain
package import Postgres

/// Adds a domain to an organization. A unique violation names `organization_domains_pkey`.
package struct InsertDomain: Statement {
  package let domain: OrganizationDomain

  package init(_ domain: OrganizationDomain) {
    self.domain = domain
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.organization_domains (
      organization_id, domain, challenge, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $5)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(domain.organization)
    parameters.text(domain.name.text)
    parameters.text(domain.challenge)
    parameters.int64(domain.version)
    parameters.instant(domain.createdAt)
  }

  package typealias Row = NoRow
}
