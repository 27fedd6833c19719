package import Domain
package import Postgres

/// Stores the key that seals a subject's details: every user has one from creation on.
package struct InsertSubjectKey: Statement {
  package let organization: OrganizationID
  package let subject: UserID
  /// Sealed by the key ring's `subject` key.
  package let sealedKey: [UInt8]
  package let at: Timestamp

  package init(organization: OrganizationID, subject: UserID, sealedKey: [UInt8], at: Timestamp) {
    self.organization = organization
    self.subject = subject
    self.sealedKey = sealedKey
    self.at = at
  }

  package static let kind = StatementKind.write
  package static let sql: StaticString = """
    INSERT INTO roster.subject_keys (organization_id, subject_id, sealed_key, created_at)
    VALUES ($1, $2, $3, $4)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(subject)
    parameters.bytes(sealedKey)
    parameters.instant(at)
  }

  package typealias Row = NoRow
}
