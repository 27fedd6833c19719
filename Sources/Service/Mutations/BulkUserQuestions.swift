import Domain
import Postgres
import Store

/// What a mutation of up to 1,000 users asks in flush 1: their rows, held until the end, and the
/// keys that seal what is told about them.
struct BulkUserQuestions {
  private let ids: [UserID]
  private let rows: Pending<FindUsers>
  private let sealedKeys: Pending<FindSubjectKeys>
  private let subjects: SubjectQuestions

  /// - Parameter ids: each once.
  init(_ batch: inout Batch, _ ids: [UserID], _ caller: Caller) {
    self.ids = ids
    let organization = caller.organization
    batch.add(HoldUsers(organization: organization, users: ids))
    rows = batch.add(FindUsers(organization: organization, users: ids))
    sealedKeys = batch.add(FindSubjectKeys(organization: organization, subjects: ids))
    subjects = SubjectQuestions(&batch, ids, caller)
  }

  /// In the order of the ids. The first who is missing, or whom the actor may not change, fails
  /// all.
  func users(_ mutation: borrowing Mutation) throws(ServiceFailure) -> [User] {
    let found = try mutation.rows(rows)
    let users = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var ordered: [User] = []
    for id in ids {
      guard let user = users[id] else { throw .missing(.user(id)) }
      ordered.append(user)
    }
    try subjects.requireManaging(ids, mutation)
    return ordered
  }

  /// Of those who were not erased.
  func keys(_ mutation: borrowing Mutation) throws(ServiceFailure) -> [UserID: SubjectKey] {
    var keys: [UserID: SubjectKey] = [:]
    for row in try mutation.rows(sealedKeys) {
      keys[row.subject] = try SubjectKey(
        opening: row.sealedKey, of: row.subject, in: mutation.caller.organization,
        mutation.ground.ring)
    }
    return keys
  }
}

/// Users as authorization sees them; nothing is asked for a backend that acts for itself.
struct SubjectQuestions {
  private var rows: [UserID: Pending<FindSubject>] = [:]
  private let isAsked: Bool

  init(_ batch: inout Batch, _ ids: [UserID], _ caller: Caller) {
    isAsked = caller.actingUser != nil
    guard isAsked else { return }
    for id in ids {
      rows[id] = batch.add(FindSubject(organization: caller.organization, user: id))
    }
  }

  /// Checks that the actor may change each of the users. Whoever was not asked about is too new to
  /// be decided on.
  func requireManaging(
    _ ids: [UserID], _ mutation: borrowing Mutation
  ) throws(ServiceFailure) {
    guard isAsked else { return }
    for id in ids {
      guard let row = rows[id] else { throw .database(.serialization) }
      try mutation.requireManaging(try mutation.row(row), id)
    }
  }
}
