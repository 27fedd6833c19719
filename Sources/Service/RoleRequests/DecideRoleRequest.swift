package import API
import Domain
import Postgres
import Store

extension RoleService {
  package func decideRoleRequest(
    _ request: Roster_V1_DecideRoleRequestRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_DecideRoleRequestResponse {
    let id: RoleRequestID = try readID(request.roleRequestID, field: "role_request_id")
    let isApproval = try readDecision(request.decision)
    let reason = try readReason(request.reason, field: "reason")
    let organization = caller.organization
    // Whose it is, and for which role, never changes: flush 1 can ask for them.
    let known = try await caller.read(FindRoleRequest(organization: organization, request: id))

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller, MutationPlan(organization: .locked),
        reading: { batch in known.first.map { DecisionQuestions(&batch, $0, caller) } },
        deciding: { questions, mutation throws(ServiceFailure) in
          guard let questions, var wish = try mutation.row(questions.request) else {
            throw .missing(.roleRequest(id))
          }
          let found = try questions.replacement.grant.holder.found(mutation)
          let isPending = wish.state(at: mutation.now) == .pending
          try wish.requireOther(mutation)
          let grant = isApproval && isPending ? try questions.give(wish, &mutation) : nil
          let changed = try wish.decided(
            isApproval,
            as: RoleRequest.Decision(
              at: mutation.now, by: caller.principal, reason: reason, grant: grant?.id))
          if changed {
            mutation.changes.add(UpdateRoleRequest(wish))
            if let user = found.user {
              mutation.record(
                isApproval ? .roleRequestApproved : .roleRequestDenied, user, wish.eventDetails,
                key: found.key)
            }
            if isApproval { mutation.requireAdministrator() }
          }

          var response = Roster_V1_DecideRoleRequestResponse()
          response.roleRequest = Roster_V1_RoleRequest(wish, at: mutation.now)
          response.changed = changed
          if let grant { response.grant = Roster_V1_RoleGrant(grant) }
          return response
        })
    } catch {
      throw error.hidingHolder(behind: .roleRequest(id))
    }
  }
}

private func readDecision(
  _ decision: Roster_V1_RoleRequestDecision
) throws(ServiceFailure) -> Bool {
  switch decision {
  case .approve: true
  case .deny: false
  case .unspecified: throw .fault(.required(field: "decision"))
  case .UNRECOGNIZED:
    throw .fault(.invalid(field: "decision", because: "must be one of RoleRequestDecision"))
  }
}

private struct DecisionQuestions {
  let request: Pending<FindRoleRequest>
  let replacement: ReplacementQuestions

  init(_ batch: inout Batch, _ known: RoleRequest, _ caller: Caller) {
    let wish = RoleGrant.Wish(known, until: nil)
    replacement = ReplacementQuestions(&batch, wish, known.user, caller)
    request = batch.add(
      FindRoleRequest(organization: caller.organization, request: known.id))
  }

  /// Gives what is asked for; where a user has one role, in its place.
  func give(
    _ request: RoleRequest, _ mutation: inout Mutation
  ) throws(ServiceFailure) -> RoleGrant {
    let wish = RoleGrant.Wish(
      request, until: request.wantedFor.map { mutation.now.advanced(by: $0) })
    if try mutation.requireOrganization().settings.roleMode == .single {
      guard request.wantedFor == nil else { throw .role(.single) }
      return try replacement.replace(by: wish, &mutation).grant
    }
    return try replacement.grant.give(wish, &mutation).grant
  }
}

extension RoleGrant.Wish {
  fileprivate init(_ request: RoleRequest, until end: Timestamp?) {
    self.init(
      role: request.role, holder: .user(request.user),
      validity: RoleGrant.Validity(until: end), justification: request.justification,
      source: .request)
  }
}

extension RoleRequest {
  fileprivate func requireOther(_ mutation: borrowing Mutation) throws(ServiceFailure) {
    do throws(Refusal) {
      try requireOther(mutation.caller.principal)
    } catch {
      throw ServiceFailure(error)
    }
  }

  fileprivate mutating func decided(
    _ isApproval: Bool, as decision: Decision
  ) throws(ServiceFailure) -> Bool {
    do throws(Refusal) {
      return isApproval ? try approve(decision) : try deny(decision)
    } catch {
      throw ServiceFailure(error)
    }
  }
}
