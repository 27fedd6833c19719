import Domain
import Postgres
import Store

/// What a mutation of one user asks in flush 1: the row, held until the end, and the key that seals
/// what is told about it.
struct UserQuestions {
  private let id: UserID
  private let row: Pending<FindUser>
  private let sealedKey: Pending<FindSubjectKey>
  private let subject: Pending<FindSubject>?

  init(_ batch: inout Batch, _ id: UserID, _ caller: Caller) {
    self.id = id
    let organization = caller.organization
    batch.add(HoldUser(organization: organization, user: id))
    row = batch.add(FindUser(organization: organization, user: id))
    sealedKey = batch.add(FindSubjectKey(organization: organization, subject: id))
    subject =
      caller.actingUser == nil
      ? nil : batch.add(FindSubject(organization: organization, user: id))
  }

  /// The user, whom the actor may change.
  func user(_ mutation: borrowing Mutation) throws(ServiceFailure) -> User {
    guard let user = try mutation.row(row) else { throw .missing(.user(id)) }
    if let subject { try mutation.requireManaging(try mutation.row(subject), id) }
    return user
  }

  /// The user as authorization sees it; nil for a backend that acts for itself.
  func subject(_ mutation: borrowing Mutation) throws(ServiceFailure) -> Subject? {
    try subject.flatMap { (pending) throws(ServiceFailure) in try mutation.row(pending) }
  }

  /// Nil when the user was erased.
  func key(_ mutation: borrowing Mutation) throws(ServiceFailure) -> SubjectKey? {
    try mutation.subjectKey(sealedKey, of: id)
  }
}

extension ServiceFailure {
  /// A deleted user answers like one that never was.
  init(_ refusal: User.Refusal, of id: UserID) {
    switch refusal {
    case .deleted: self = .missing(.user(id))
    }
  }
}
