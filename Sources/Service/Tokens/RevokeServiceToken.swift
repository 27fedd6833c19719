package import API
import Domain
import Postgres
import Store

extension TokenService {
  package func revokeServiceToken(
    _ request: Roster_V1_RevokeServiceTokenRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_RevokeServiceTokenResponse {
    let id: ServiceTokenID = try readID(request.serviceTokenID, field: "service_token_id")

    let response = try await ground.mutate(
      request, for: caller, MutationPlan(scope: .system, organization: .none),
      reading: { $0.add(FindServiceTokenForUpdate(id)) },
      deciding: { found, mutation throws(ServiceFailure) in
        guard var token = try mutation.row(found) else { throw .missing(.serviceToken(id)) }
        let changed = token.revoke(at: mutation.now)

        if changed {
          mutation.changes.add(Store.RevokeServiceToken(id, at: mutation.now))
          mutation.record(
            .serviceTokenRevoked, EventTarget(.serviceToken, id.uuid),
            .object(["name": .string(token.name.text)]), in: OrganizationID(.nil))
        }

        var response = Roster_V1_RevokeServiceTokenResponse()
        response.serviceToken = Roster_V1_ServiceToken(token)
        response.changed = changed
        return response
      })
    // A repetition too: the first call may have ended before its wait did.
    if !request.validateOnly { await waitForReplicas(caller) }
    return response
  }
}
