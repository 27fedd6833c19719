package import Domain
package import Postgres

/// Clears the stored answers that tell of a subject or were given to them. The rows stay for their
/// 24 hours, empty: without them a repetition of CreateUser would create the person anew.
///
/// An answer that tells of several people is not found; it ends with its 24 hours.
package struct EraseSubjectAnswers: Statement {
  package let organization: OrganizationID
  package let subject: UserID

  package init(organization: OrganizationID, subject: UserID) {
    self.organization = organization
    self.subject = subject
  }

  package static let kind = StatementKind.write
  // Whoever erases is in the midst of a mutation, whose own claim waits for its answer: not that.
  // The digest goes too, for a guessed request could be compared with it.
  package static let sql: StaticString = """
    UPDATE roster.idempotency_keys SET answer = '', request_digest = decode(repeat('00', 32), 'hex')
     WHERE organization_id = $1 AND xid <> pg_current_xact_id()
       AND (subject_id = $2 OR principal_kind = 'user' AND principal_id = $2)
    """

  package func bind(_ parameters: inout Parameters) {
    parameters.id(organization)
    parameters.id(subject)
  }

  package typealias Row = NoRow
}
