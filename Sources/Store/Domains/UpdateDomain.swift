package import Domain
package import Postgres

/// Stores that a domain was verified. A unique violation names `organization_domains_verified`:
/// another organization verified it.
///
/// Fails with ``DatabaseError/expectationFailed`` unless the stored version is the one before
/// `domain.version`.
package struct UpdateDomain: Statement {
  package let domain: OrganizationDomain

  /// - Parameter domain: after the change.
  package init(_ domain: OrganizationDomain) {
    self.domain = domain
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    WITH changed AS (
      UPDATE roster.organization_domains SET verified_at = $4, version = $3, updated_at = $5
       WHERE organization_id = $1 AND domain = $2 AND version = $3 - 1
      RETURNING 1
    )
    SELECT roster.expect((SELECT count(*) FROM changed), 1)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(domain.organization)
    parameters.text(domain.name.text)
    parameters.int64(domain.version)
    parameters.instant(domain.verifiedAt)
    parameters.instant(domain.updatedAt)
  }

  package typealias Row = NoRow
}
