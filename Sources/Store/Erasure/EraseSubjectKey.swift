package import Domain
package import Postgres

/// Deletes the key of a subject: from then on nobody can read what events and messages say of them,
/// while seals still verify.
package struct EraseSubjectKey: Statement {
  package let organization: OrganizationID
  package let subject: UserID

  package init(organization: OrganizationID, subject: UserID) {
    self.organization = organization
    self.subject = subject
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    DELETE FROM roster.subject_keys WHERE organization_id = $1 AND subject_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(subject)
  }

  package typealias Row = NoRow
}
