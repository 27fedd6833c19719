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

  package static let kind = StatementKind.read
  package static let sql: StaticString = """
    SELECT subject_id, sealed_key
      FROM roster.subject_keys
     WHERE organization_id = $1 AND subject_id = ANY($2)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.ids(subjects)
  }

  /// The sealed key of one subject.
  package struct Row: Hashable, Sendable {
    package let subject: UserID
    package let sealedKey: [UInt8]
  }

  package static func decode(_ row: borrowing RowReader) throws(DatabaseError) -> Row {
    Row(subject: try row.id(0, UserID.self), sealedKey: try row.bytes(1))
  }
}
