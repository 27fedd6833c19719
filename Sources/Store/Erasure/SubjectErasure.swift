package import Domain
package import Postgres

extension Batch {
  /// Everything that a hard delete takes away of a person beside their own rows: the key of what
  /// events say about them, messages to them, and stored answers. Events stay as they are.
  package mutating func erase(_ subject: UserID, in organization: OrganizationID) {
    add(EraseSubjectKey(organization: organization, subject: subject))
    add(EraseSubjectMessages(organization: organization, subject: subject))
    add(EraseSubjectAnswers(organization: organization, subject: subject))
  }
}
