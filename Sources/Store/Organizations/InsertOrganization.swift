package import Domain
package import Postgres

/// Creates an organization, in its own context. A unique violation names `organizations_slug_key`.
package struct InsertOrganization: Statement {
  package let organization: Organization

  package init(_ organization: Organization) {
    self.organization = organization
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.organizations (
      organization_id, slug, name, settings, state, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization.id)
    parameters.text(organization.slug.text)
    parameters.text(organization.name.text)
    parameters.jsonb(organization.settings.json)
    parameters.text(organization.state.rawValue)
    parameters.int64(organization.version)
    parameters.instant(organization.createdAt)
  }

  package typealias Row = NoRow
}
