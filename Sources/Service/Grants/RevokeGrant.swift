package import API
import Domain
import Postgres
import Store

extension RoleService {
  package func revokeGrant(
    _ request: Roster_V1_RevokeGrantRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_RevokeGrantResponse {
    let id: GrantID = try readID(request.grantID, field: "grant_id")
    let reason = try readReason(request.reason, field: "reason")
    let organization = caller.organization
    let feed = FeedGrantHolder(organization: organization, grant: id)
    // Whose it is, and of which role, never changes: flush 1 can ask for them.
    let known = try await caller.read(FindGrant(organization: organization, grant: id)).first

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller, MutationPlan(organization: .locked, repeating: { $0.add(feed) }),
        reading: { batch in known.map { RevocationQuestions(&batch, $0, caller) } },
        deciding: { questions, mutation throws(ServiceFailure) in
          guard let questions, let grant = try mutation.row(questions.grant) else {
            throw .missing(.grant(id))
          }
          let found = try questions.holder.found(mutation)
          // One's own role may be as high as oneself.
          let isOwn = mutation.actor.map { found.user?.id == $0.user } ?? false
          if !isOwn, let role = try mutation.row(questions.role) {
            try mutation.requireOutranking(role)
          }
          let revoked = mutation.revoke(grant, of: found, because: reason)
          if revoked != nil {
            mutation.requireAdministrator()
          } else {
            mutation.changes.add(feed)
          }

          var response = Roster_V1_RevokeGrantResponse()
          response.grant = Roster_V1_RoleGrant(revoked ?? grant)
          response.changed = revoked != nil
          return response
        })
    } catch {
      throw error.hidingHolder(behind: .grant(id))
    }
  }
}

private struct RevocationQuestions {
  let grant: Pending<FindGrant>
  let role: Pending<FindRole>
  let holder: HolderQuestions

  init(_ batch: inout Batch, _ known: RoleGrant, _ caller: Caller) {
    let organization = caller.organization
    holder = HolderQuestions(&batch, known.holder, caller)
    grant = batch.add(FindGrant(organization: organization, grant: known.id))
    role = batch.add(FindRole(organization: organization, role: known.role))
  }
}
