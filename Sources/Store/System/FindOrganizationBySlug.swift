package import Domain
package import Postgres

/// The organization of a slug, compared byte for byte.
package struct FindOrganizationBySlug: Statement {
  package let slug: Slug

  package init(_ slug: Slug) {
    self.slug = slug
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT organization_id, slug, name, settings, created_at, state, version, updated_at
      FROM roster.organizations
     WHERE slug = $1
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.text(slug.text)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Organization {
    try OrganizationRow.decode(row)
  }
}
