package import Domain
package import Postgres

/// The sealed key of a subject's details; none when the subject was erased.
package struct FindSubjectKey: Statement {
  package let organization: OrganizationID
  package let subject: UserID

  package init(organization: OrganizationID, subject: UserID) {
    self.organization = organization
    self.subject = subject
  }

  package static let kind = StatementKind.point
  package static let sql: StaticString = """
    SELECT sealed_key FROM roster.subject_keys WHERE organization_id = $1 AND subject_id = $2
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(subject)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> [UInt8] {
    try row.bytes(0)
  }
}
