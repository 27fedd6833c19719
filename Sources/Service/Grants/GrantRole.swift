package import API
import Domain
import Postgres
import Store

extension RoleService {
  package func grantRole(
    _ request: Roster_V1_GrantRoleRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GrantRoleResponse {
    let wish = try RoleGrant.Wish(request)

    return try await ground.mutate(
      request, for: caller, MutationPlan(organization: .locked),
      reading: { GrantQuestions(&$0, wish, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        let (grant, isNew) = try questions.give(wish, &mutation)

        var response = Roster_V1_GrantRoleResponse()
        response.grant = Roster_V1_RoleGrant(grant)
        response.changed = isNew
        return response
      })
  }
}

/// What giving a role asks: the role, the holder, and what the giver holds for how long.
struct GrantQuestions {
  let role: Pending<FindRole>
  let holder: HolderQuestions
  let giving: GivingQuestions

  init(_ batch: inout Batch, _ wish: RoleGrant.Wish, _ caller: Caller) {
    holder = HolderQuestions(&batch, wish.holder, caller)
    role = batch.add(FindRole(organization: caller.organization, role: wish.role))
    giving = GivingQuestions(&batch, caller)
  }

  /// Gives the role beside all others; who has it for as long already keeps that grant.
  func give(
    _ wish: RoleGrant.Wish, _ mutation: inout Mutation
  ) throws(ServiceFailure) -> (grant: RoleGrant, isNew: Bool) {
    let found = try holder.found(mutation)
    guard let role = try mutation.row(role) else { throw .missing(.role(wish.role)) }
    try giving.require(Holding(role), to: found.subject, until: wish.validity.until, mutation)
    if let standing = try holder.ownGrants(mutation).standing(wish, mutation) {
      return (standing, false)
    }
    return (try mutation.give(wish, to: found), true)
  }
}

extension Holding {
  init(_ role: Role) {
    self.init(rights: role.content.rights, rank: role.content.rank)
  }
}

extension RoleGrant.Wish {
  fileprivate init(_ request: Roster_V1_GrantRoleRequest) throws(ServiceFailure) {
    var validity = RoleGrant.Validity()
    if request.hasValidFrom {
      validity.from = try readInstant(request.validFrom, field: "valid_from")
    }
    if request.hasExpireTime {
      validity.until = try readInstant(request.expireTime, field: "expire_time")
    }
    let holder: RoleHolder =
      switch request.holder {
      case .userID(let text): .user(try readID(text, field: "user_id"))
      case .groupID(let text): .group(try readID(text, field: "group_id"))
      case nil: throw .fault(.required(field: "holder"))
      }
    self.init(
      role: try readID(request.roleID, field: "role_id"), holder: holder, validity: validity,
      justification: try readReason(request.justification, field: "justification"))
  }
}
