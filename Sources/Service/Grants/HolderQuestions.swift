import Domain
import Postgres
import Store

/// What a mutation asks in flush 1 of the user or the group to whom a role is given, or from whom
/// it is taken: the holder, and their grants that have not ended.
struct HolderQuestions {
  private let holder: RoleHolder
  private let user: UserQuestions?
  private let group: Pending<FindGroupID>?
  private let grantsOfUser: Pending<FindOpenGrantsOfUser>?
  private let grantsOfGroup: Pending<FindOpenGrantsOfGroup>?

  init(_ batch: inout Batch, _ holder: RoleHolder, _ caller: Caller) {
    self.holder = holder
    let organization = caller.organization
    switch holder {
    case .user(let id):
      user = UserQuestions(&batch, id, caller)
      grantsOfUser = batch.add(FindOpenGrantsOfUser(organization: organization, user: id))
      group = nil
      grantsOfGroup = nil
    case .group(let id):
      group = batch.add(FindGroupID(organization: organization, group: id))
      grantsOfGroup = batch.add(FindOpenGrantsOfGroup(organization: organization, group: id))
      user = nil
      grantsOfUser = nil
    }
  }

  /// The holder, whom the actor may change.
  func found(_ mutation: borrowing Mutation) throws(ServiceFailure) -> FoundHolder {
    if let user {
      return FoundHolder(
        holder: holder, user: try user.user(mutation), key: try user.key(mutation),
        subject: try user.subject(mutation))
    }
    if let group, let id = holder.group {
      try mutation.caller.requireReach(id)
      guard try mutation.row(group) != nil else { throw .missing(.group(id)) }
    }
    return FoundHolder(holder: holder, user: nil, key: nil, subject: nil)
  }

  func ownGrants(_ mutation: borrowing Mutation) throws(ServiceFailure) -> OwnGrants {
    if let grantsOfUser { return OwnGrants(try mutation.rows(grantsOfUser)) }
    if let grantsOfGroup { return OwnGrants(try mutation.rows(grantsOfGroup)) }
    return OwnGrants([])
  }
}

/// A user or a group that is there.
struct FoundHolder {
  let holder: RoleHolder
  /// Nil: it is a group.
  let user: User?
  /// Nil: it is a group, or the user was erased.
  let key: SubjectKey?
  /// The user as authorization sees it, when a person acts.
  let subject: Subject?
}

extension ServiceFailure {
  /// A grant, or a request, of somebody out of reach answers like one that never was.
  func hidingHolder(behind missing: Missing) -> ServiceFailure {
    switch self {
    case .missing(.user), .missing(.group): .missing(missing)
    default: self
    }
  }
}
