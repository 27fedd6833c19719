import Domain
import Postgres
import Store

/// What a mutation of up to 1,000 users asks in flush 1: their rows, held until the end, and the
/// keys that seal what is told about them.
struct BulkUserQuestions {
  private let ids: [UserID]
  private let rows: Pending<FindUsers>
  private let sealedKeys: Pending<FindSubjectKeys>

  /// - Parameter ids: each once.
  init(_ batch: inout Batch, _ ids: [UserID], _ organization: OrganizationID) {
    self.ids = ids
    batch.add(HoldUsers(organization: organization, users: ids))
    rows = batch.add(FindUsers(organization: organization, users: ids))
    sealedKeys = batch.add(FindSubjectKeys(organization: organization, subjects: ids))
  }

  /// In the order of the ids. The first who is missing fails all.
  func users(_ mutation: borrowing Mutation) throws(ServiceFailure) -> [User] {
    let found = try mutation.rows(rows)
    let users = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var ordered: [User] = []
    for id in ids {
      guard let user = users[id] else { throw .missing(.user(id)) }
      ordered.append(user)
    }
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
