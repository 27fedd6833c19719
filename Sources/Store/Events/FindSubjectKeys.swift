package import Domain
package import Postgres

/// The sealed keys of up to 1,000 subjects, in no order; the erased have none.
package struct FindSubjectKeys: Statement {
  package let organization: OrganizationID
  package let subjects: [UserID]

  package init(organization: OrganizationID, subjects: [UserID]) {
    self.organization = organization
    self.subjects = subjects
  }

  package struct Row: Sendable {
    package let subject: UserID
    package let sealedKey: [UInt8]
  }

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT organization_id, subject_id, sealed_key
      FROM roster.subject_keys
     WHERE organization_id = $1 AND subject_id = ANY ($2)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(subjects)
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    try Row(subject: row.id(1, UserID.self), sealedKey: row.bytes(2))
  }
}
