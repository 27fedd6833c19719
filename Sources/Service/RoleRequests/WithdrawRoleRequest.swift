package import API
import Domain
import Postgres
import Store

extension RoleService {
  package func withdrawRoleRequest(
    _ request: Roster_V1_WithdrawRoleRequestRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_WithdrawRoleRequestResponse {
    let id: RoleRequestID = try readID(request.roleRequestID, field: "role_request_id")
    let organization = caller.organization
    // Whose it is never changes: flush 1 can ask for them.
    let known = try await caller.read(
      FindRoleRequest(organization: organization, request: id)
    ).first

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller, MutationPlan(organization: .locked),
        reading: { batch in
          known.map { known in
            (
              UserQuestions(&batch, known.user, caller),
              batch.add(FindRoleRequest(organization: organization, request: id))
            )
          }
        },
        deciding: { questions, mutation throws(ServiceFailure) in
          guard let questions, var wish = try mutation.row(questions.1) else {
            throw .missing(.roleRequest(id))
          }
          let user = try questions.0.user(mutation)
          let changed = try wish.withdrawn(mutation)
          if changed {
            mutation.changes.add(UpdateRoleRequest(wish))
            mutation.record(
              .roleRequestWithdrawn, user, wish.eventDetails, key: try questions.0.key(mutation))
          }

          var response = Roster_V1_WithdrawRoleRequestResponse()
          response.roleRequest = Roster_V1_RoleRequest(wish, at: mutation.now)
          response.changed = changed
          return response
        })
    } catch {
      throw error.hidingHolder(behind: .roleRequest(id))
    }
  }
}

extension RoleRequest {
  fileprivate mutating func withdrawn(
    _ mutation: borrowing Mutation
  ) throws(ServiceFailure) -> Bool {
    do throws(Refusal) {
      return try withdraw(at: mutation.now, by: mutation.caller.principal)
    } catch {
      throw ServiceFailure(error)
    }
  }
}
