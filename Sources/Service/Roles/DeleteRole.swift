package import API
import Domain
import Postgres
import Store

extension RoleService {
  package func deleteRole(
    _ request: Roster_V1_DeleteRoleRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_DeleteRoleResponse {
    let id: RoleID = try readID(request.roleID, field: "role_id")
    let feed = FeedRole(organization: caller.organization, role: id)
    var plan = MutationPlan(organization: .locked)
    plan.kind = .bulk
    plan.repeating = { $0.add(feed) }

    return try await ground.mutate(
      request, for: caller, plan,
      reading: { DeletionQuestions(&$0, id, caller) },
      deciding: { questions, mutation throws(ServiceFailure) in
        guard let role = try mutation.row(questions.role) else { throw .missing(.role(id)) }
        try Etag(request.etag).require(role.version)
        try mutation.requireOutranking(role)
        let holders = try mutation.rows(questions.holders)
        let organization = role.organization

        let event = mutation.record(
          .roleDeleted, EventTarget(.role, id.uuid), role.eventDetails, in: organization)
        mutation.changes.add(EndGrantsOfRole(id, asOf: event))
        mutation.changes.add(
          EndRequestsOfRole(
            organization: organization, role: id, at: mutation.now, by: caller.principal))
        mutation.changes.add(Store.DeleteRole(role, at: mutation.now))
        // A preview tells of the last administrator instead of failing.
        if !request.validateOnly { mutation.requireAdministrator() }

        var response = Roster_V1_DeleteRoleResponse()
        response.role = Roster_V1_Role(role)
        response.changed = true
        response.holderCount = holders.first?.totalCount ?? 0
        response.holderIds = holders.map(\.user.text)
        response.lastAdministrator = try mutation.row(questions.administrator) == false
        return response
      })
  }
}

/// What a deletion asks: the role, who has it, and whether an administrator is left.
private struct DeletionQuestions {
  let role: Pending<FindRole>
  let holders: Pending<FindRoleHolders>
  let administrator: Pending<HasOtherAdministrator>

  init(_ batch: inout Batch, _ id: RoleID, _ caller: Caller) {
    let organization = caller.organization
    role = batch.add(FindRole(organization: organization, role: id))
    holders = batch.add(FindRoleHolders(organization: organization, role: id))
    administrator = batch.add(HasOtherAdministrator(organization: organization, role: id))
  }
}
