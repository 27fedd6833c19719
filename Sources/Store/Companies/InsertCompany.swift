package import Domain
package import Postgres

/// Creates a company. A unique violation names `companies_name`.
package struct InsertCompany: Statement {
  package let company: Company

  package init(_ company: Company) {
    self.company = company
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.companies (
      organization_id, company_id, name, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $5)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(company.organization)
    parameters.id(company.id)
    parameters.text(company.name.text)
    parameters.int64(company.version)
    parameters.instant(company.createdAt)
  }

  package typealias Row = NoRow
}
