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
    try requireManaging(mutation)
    return user
  }

  /// Checks that the actor may change the user, who may be soft-deleted.
  func requireManaging(_ mutation: borrowing Mutation) throws(ServiceFailure) {
    if let subject { try mutation.requireManaging(try mutation.row(subject), id) }
  }

  /// Checks that the actor may change the user by another permission than the method's.
  func requireManaging(
    by permission: PermissionName, _ mutation: borrowing Mutation
  ) throws(ServiceFailure) {
    guard let subject, let actor = mutation.caller.authorization.subject else { return }
    guard let reach = actor.reach(of: permission), let other = try mutation.row(subject) else {
      throw .refused(.permissionMissing(permission.text))
    }
    do throws(Subject.Refusal) {
      try actor.requireManaging(other, within: reach)
    } catch {
      throw .refused(.permissionMissing(permission.text))
    }
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
    case .invited: self = .life(.userInvited)
    case .emailNotOfUser: self = .broken("no address was asked about")
    }
  }
}

extension User {
  /// A change of the user, its refusal as callers see it.
  mutating func refusing<Result>(
    _ change: (inout User) throws(Refusal) -> Result
  ) throws(ServiceFailure) -> Result {
    do throws(Refusal) {
      return try change(&self)
    } catch {
      throw ServiceFailure(error, of: id)
    }
  }
}
