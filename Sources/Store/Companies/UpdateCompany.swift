package import Domain
package import Postgres

/// Stores a company's name. A unique violation names `companies_name`.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `company.version`.
package struct UpdateCompany: Statement {
  package let company: Company

  /// - Parameter company: after the change.
  package init(_ company: Company) {
    self.company = company
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.companies SET name = $4, version = $3, updated_at = $5
       WHERE organization_id = $1 AND company_id = $2 AND version = $3 - 1
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(company.organization)
    parameters.id(company.id)
    parameters.int64(company.version)
    parameters.text(company.name.text)
    parameters.instant(company.updatedAt)
  }

  package typealias Row = NoRow
}
