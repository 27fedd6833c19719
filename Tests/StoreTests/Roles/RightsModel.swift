import Domain

/// What users may do, as a reader of the rules would work it out: no index, no SQL.
struct RightsModel {
  struct Grant {
    let id: GrantID
    let role: RoleID
    let holder: RoleHolder
    var from, until: Timestamp
    var isRevoked = false
  }

  struct Member {
    let group: GroupID
    let user: UserID
    var until: Timestamp
    var isSuspended = false
  }

  var roles: [RoleID: Holding] = [:]
  var grants: [Grant] = []
  var members: [Member] = []
  /// No end.
  static let never = Timestamp(microseconds: .max)

  /// Every way in which a user has a role now: whether it is their own, and until when.
  func ways(of user: UserID, at now: Timestamp) -> [(role: RoleID, isOwn: Bool, until: Timestamp)] {
    grants.filter { !$0.isRevoked && $0.from <= now && now < $0.until }.flatMap { grant in
      switch grant.holder {
      case .user(let holder): holder == user ? [(grant.role, true, grant.until)] : []
      case .group(let group):
        members.filter {
          $0.group == group && $0.user == user && !$0.isSuspended && now < $0.until
        }.map { (grant.role, false, min(grant.until, $0.until)) }
      }
    }
  }

  func holding(of user: UserID, at now: Timestamp) -> Holding {
    ways(of: user, at: now).reduce(into: Holding()) { $0.formUnion(roles[$1.role] ?? Holding()) }
  }

  func held(by user: UserID, at now: Timestamp) -> Set<HeldRole> {
    let ways = Dictionary(grouping: ways(of: user, at: now)) { "\($0.role) \($0.isOwn)" }
    return Set(
      ways.values.map { same in
        let until = same.map(\.until).max() ?? Self.never
        return HeldRole(
          role: same[0].role, isOwn: same[0].isOwn, until: until == Self.never ? nil : until,
          holding: roles[same[0].role] ?? Holding())
      })
  }
}
