import API
import Domain
import Postgres
import Store

/// Changes of memberships that one call makes, being gathered: first all decisions, then all
/// writes.
struct MembershipEdit {
  /// A user before the change.
  struct Member {
    let user: UserID
    let membership: Membership
    /// Deactivated, so that a new membership begins suspended.
    let isDeactivated: Bool
    /// Nil: the user was erased.
    let key: SubjectKey?
  }

  private let organization: Organization
  private let now: Timestamp
  private var removed: [MembershipRow] = []
  private var put: [MembershipRow] = []
  private var notes: [UserNote] = []
  private var newcomers: [GroupID: Int] = [:]

  private(set) var results: [Roster_V1_MembershipResult] = []
  private(set) var isOverwritten = false
  /// The users whose access narrowed, or was to: a repeated removal must reach every replica too.
  private(set) var leaving: [UserID] = []

  init(_ mutation: borrowing Mutation) throws(ServiceFailure) {
    organization = try mutation.requireOrganization()
    now = mutation.now
  }

  var isChanging: Bool { !removed.isEmpty || !put.isEmpty }
  /// Users of whom something changed.
  var changeCount: Int { notes.count }
  var warnings: [Roster_V1_GroupWarning] { isOverwritten ? [.overwrittenBySync] : [] }

  func rule(of group: Group) -> MembershipRule {
    MembershipRule(group.management, organization.settings.groupSyncMode)
  }

  /// Puts the user into the group.
  /// - Returns: whether the user is a member only from now on.
  @discardableResult
  mutating func add(
    _ member: Member, to group: Group, until expiry: Timestamp?
  ) throws(ServiceFailure) -> Bool {
    let change: MembershipChange
    do throws(MembershipRule.Refusal) {
      change = try rule(of: group).adding(to: member.membership, until: expiry)
    } catch {
      throw ServiceFailure(error, of: group.id)
    }
    apply(change, to: member, in: group, until: expiry)
    return change.changes && !member.membership.isMember
  }

  /// Takes the user out of the group.
  mutating func remove(_ member: Member, from group: Group) throws(ServiceFailure) {
    let change: MembershipChange
    do throws(MembershipRule.Refusal) {
      change = try rule(of: group).removing(member.membership)
    } catch {
      throw ServiceFailure(error, of: group.id)
    }
    leaving.append(member.user)
    apply(change, to: member, in: group, until: nil)
  }

  /// As ``remove(_:from:)``, and keeps what may not be removed.
  mutating func leave(_ member: Member, _ group: Group) {
    apply(rule(of: group).leaving(member.membership), to: member, in: group, until: nil)
  }

  /// Answers that nothing is done.
  mutating func keep(_ member: Member, in group: Group) {
    apply(.unchanged, to: member, in: group, until: nil)
  }

  /// - Throws: MEMBERS_PER_GROUP_EXCEEDED when newcomers don't fit in.
  func checkSizes(_ groups: some Sequence<Group>) throws(ServiceFailure) {
    for group in groups {
      let count = group.memberCount + newcomers[group.id, default: 0]
      guard newcomers[group.id] == nil || count <= DataLimits.membersPerGroupMax else {
        throw .group(.tooManyMembers(of: group.id))
      }
    }
  }

  /// Adds the changes and the users' events to flush 2.
  func write(_ mutation: inout Mutation) {
    if !removed.isEmpty {
      mutation.changes.add(DeleteMembers(organization: organization.id, rows: removed))
    }
    if !put.isEmpty {
      mutation.changes.add(
        InsertMembers(
          organization: organization.id, rows: put, addedBy: mutation.caller.principal))
    }
    if !leaving.isEmpty {
      mutation.changes.add(FeedUsers(organization: organization.id, users: leaving))
    }
    mutation.record(notes, in: organization.id)
  }

  private mutating func apply(
    _ change: MembershipChange, to member: Member, in group: Group, until expiry: Timestamp?
  ) {
    let before = member.membership
    let isSuspended = member.isDeactivated && !organization.settings.deactivation.keepGroups
    let manual =
      change.putsManual
      ? change.manualRow(
        of: member.user, in: group.id, before, until: expiry, suspended: isSuspended, at: now)
      : nil
    let after = change.result(of: before, manual: manual, at: now)
    removed += change.removes
    if let manual { put.append(manual) }
    if manual?.suspendedAt == nil, !before.rows.contains(where: { $0.suspendedAt == nil }),
      manual != nil
    {
      newcomers[group.id, default: 0] += 1
    }
    isOverwritten = isOverwritten || change.isOverwritten
    if let note = note(change, member, group, until: expiry) { notes.append(note) }

    var result = Roster_V1_MembershipResult()
    result.userID = member.user.text
    result.groupID = group.id.text
    result.outcome = .init(change.outcome)
    result.sources = after.sources.map { .init($0) }
    if let instant = after.expiresAt { result.expireTime = .init(instant) }
    results.append(result)
  }

  private func note(
    _ change: MembershipChange, _ member: Member, _ group: Group, until expiry: Timestamp?
  ) -> UserNote? {
    guard change.changes else { return nil }
    var details: [String: JSONValue] = [:]
    let action: EventAction
    switch change.outcome {
    case .unchanged: return nil
    case .added: action = .memberAdded
    case .expiryChanged: action = .memberChanged
    case .removed, .kept:
      action = .memberRemoved
      details["sources"] = .array(
        Set(change.removes.map(\.source.rawValue)).sorted().map { .string($0) })
    }
    if let expiry { details["expires_at_seconds"] = .number(Double(expiry.seconds)) }
    return UserNote(
      action: action, user: member.user, details: group.memberDetails(details), key: member.key)
  }
}
