package import Domain
package import Postgres

/// Lets the transaction go on only while the organization has an administrator after everything
/// that the transaction has changed so far.
///
/// Fails with ``DatabaseError/ruleBroken(sqlState:)``, `RS002`, otherwise.
package struct RequireAdministrator: Statement {
  package let organization: OrganizationID

  package init(organization: OrganizationID) {
    self.organization = organization
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = "SELECT roster.require_administrator($1)"

  /// The SQLSTATE with which it fails.
  package static let sqlState = "RS002"

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
  }

  package typealias Row = NoRow
}
