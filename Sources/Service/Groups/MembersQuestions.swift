import Domain
import Postgres
import Store

/// What a change of the memberships of up to 1,000 users in one group asks in flush 1. Users are
/// held before the group, both in the order of their ids.
struct MembersQuestions {
  private let users: [UserID]
  private let group: GroupQuestions
  private let states: Pending<FindUserStates>
  private let memberships: Pending<FindMemberships>
  private let counts: Pending<CountGroupsOfUsers>
  private let keys: Pending<FindSubjectKeys>
  private let subjects: Pending<FindSubjects>?

  init(_ batch: inout Batch, _ users: [UserID], in id: GroupID, _ caller: Caller) {
    self.users = users
    let organization = caller.organization
    batch.add(HoldUsers(organization: organization, users: users))
    group = GroupQuestions(&batch, id, caller)
    states = batch.add(FindUserStates(organization: organization, users: users))
    memberships = batch.add(
      FindMemberships(organization: organization, group: id, users: users))
    counts = batch.add(
      CountGroupsOfUsers(
        organization: organization, users: users, least: DataLimits.groupsPerUserMax))
    keys = batch.add(FindSubjectKeys(organization: organization, subjects: users))
    subjects =
      caller.actingUser == nil
      ? nil : batch.add(FindSubjects(organization: organization, users: users))
  }

  func group(_ mutation: borrowing Mutation) throws(ServiceFailure) -> Group {
    try group.group(mutation)
  }

  /// Checks that the actor holds what the group gives its members.
  func requireCovering(_ mutation: borrowing Mutation) throws(ServiceFailure) {
    try group.requireCovering(mutation)
  }

  /// All of the users, in the order of the request; the actor may change each of them.
  func members(
    _ mutation: borrowing Mutation
  ) throws(ServiceFailure) -> [MembershipEdit.Member] {
    let states = Dictionary(
      try mutation.rows(states).map { ($0.user, $0.state) }, uniquingKeysWith: { a, _ in a })
    let rows = Dictionary(grouping: try mutation.rows(memberships), by: \.user)
    let keys = try mutation.subjectKeys(keys)
    let subjects = try subjects.map { (pending) throws(ServiceFailure) in
      Dictionary(try mutation.rows(pending).map { ($0.user, $0) }, uniquingKeysWith: { a, _ in a })
    }
    var members: [MembershipEdit.Member] = []
    members.reserveCapacity(users.count)
    for user in users {
      guard let state = states[user] else { throw .missing(.user(user)) }
      if let subjects { try mutation.requireManaging(subjects[user], user) }
      members.append(
        MembershipEdit.Member(
          user: user, membership: Membership(rows[user] ?? [], at: mutation.now),
          isDeactivated: state == .inactive, key: keys[user]))
    }
    return members
  }

  /// Users who can't be put into another group.
  func full(_ mutation: borrowing Mutation) throws(ServiceFailure) -> Set<UserID> {
    Set(try mutation.rows(counts).map(\.user))
  }
}

extension Mutation {
  /// The stored keys of users, read in flush 1; the erased have none.
  func subjectKeys(
    _ pending: Pending<FindSubjectKeys>
  ) throws(ServiceFailure) -> [UserID: SubjectKey] {
    var keys: [UserID: SubjectKey] = [:]
    for row in try rows(pending) {
      keys[row.subject] = try SubjectKey(
        opening: row.sealedKey, of: row.subject, in: caller.organization, ground.ring)
    }
    return keys
  }
}
