package import API
import Domain
import Postgres
import Store

extension RoleService {
  package func setUserRole(
    _ request: Roster_V1_SetUserRoleRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_SetUserRoleResponse {
    let user: UserID = try readID(request.userID, field: "user_id")
    let wish = RoleGrant.Wish(
      role: try readID(request.roleID, field: "role_id"), holder: .user(user),
      justification: try readReason(request.justification, field: "justification"))
    let feed = FeedUser(organization: caller.organization, user: user)

    return try await ground.mutate(
      request, for: caller, MutationPlan(organization: .locked, repeating: { $0.add(feed) }),
      reading: { ReplacementQuestions(&$0, wish, user, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let replacement = try questions.replace(by: wish, &mutation)
        let before = try mutation.rows(questions.held)
        let after = before.filter { !$0.isOwn }.holding.rights
          .union(replacement.role.content.rights)

        if !replacement.isChange {
          mutation.changes.add(feed)
        } else if !request.validateOnly {
          // A preview tells of the last administrator instead of failing.
          mutation.requireAdministrator()
        }

        var response = Roster_V1_SetUserRoleResponse()
        response.grant = Roster_V1_RoleGrant(replacement.grant)
        response.changed = replacement.isChange
        response.endedGrantIds = replacement.endedGrants.map(\.text)
        response.gained = after.subtracting(before.holding.rights).sorted
          .map { Roster_V1_Right($0) }
        response.lost = before.holding.rights.subtracting(after).sorted
          .map { Roster_V1_Right($0) }
        let isOtherLeft = try mutation.row(questions.administrator) ?? true
        response.lastAdministrator = !isOtherLeft && !replacement.makesAdministrator
        return response
      })
  }
}

/// What replacing a user's roles asks, beside what giving one does.
struct ReplacementQuestions {
  let grant: GrantQuestions
  /// What the user has now.
  let held: Pending<FindHeldRoles>
  /// False: the user's own grants are the last of an administrator.
  let administrator: Pending<HasOtherAdministrator>

  init(_ batch: inout Batch, _ wish: RoleGrant.Wish, _ user: UserID, _ caller: Caller) {
    let organization = caller.organization
    grant = GrantQuestions(&batch, wish, caller)
    held = batch.add(FindHeldRoles(organization: organization, user: user))
    administrator = batch.add(HasOtherAdministrator(organization: organization, user: user))
  }

  struct Replacement {
    let role: Role
    let grant: RoleGrant
    let endedGrants: [GrantID]
    let isChange: Bool
    /// The user is able to act, and the role makes an administrator of them.
    let makesAdministrator: Bool
  }

  /// Gives the user the role in place of all others of their own.
  func replace(
    by wish: RoleGrant.Wish, _ mutation: inout Mutation
  ) throws(ServiceFailure) -> Replacement {
    let found = try grant.holder.found(mutation)
    guard let role = try mutation.row(grant.role) else { throw .missing(.role(wish.role)) }
    try grant.giving.require(
      Holding(role), to: found.subject, until: wish.validity.until, mutation)
    let (kept, ending) = try grant.holder.ownGrants(mutation).replaced(by: wish, mutation)
    let ended = ending.compactMap { mutation.revoke($0, of: found) }
    let user = found.user
    let isAble = user?.state == .active && user?.lock == nil
    let given: RoleGrant
    if let kept { given = kept } else { given = try mutation.give(wish, to: found) }
    return Replacement(
      role: role, grant: given, endedGrants: ended.map(\.id),
      isChange: kept == nil || !ended.isEmpty,
      makesAdministrator: isAble && role.content.rights.holds(.administrating))
  }
}

extension Right {
  /// What makes an administrator, when it has no end.
  fileprivate static let administrating = Right(PermissionName(stored: "roles.edit"), .all)
}

extension Rights {
  fileprivate func union(_ other: Rights) -> Rights {
    var union = self
    union.formUnion(other)
    return union
  }
}
