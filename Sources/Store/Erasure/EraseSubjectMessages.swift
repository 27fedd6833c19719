package import Domain
package import Postgres

/// Deletes the messages to a subject, sent or not.
package struct EraseSubjectMessages: Statement {
  package let organization: OrganizationID
  package let subject: UserID

  package init(organization: OrganizationID, subject: UserID) {
    self.organization = organization
    self.subject = subject
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    DELETE FROM roster.outbox WHERE organization_id = $1 AND subject_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(subject)
  }

  package typealias Row = NoRow
}
