package import API
import Domain
import Postgres
import Store

extension RoleService {
  package func updateRole(
    _ request: Roster_V1_UpdateRoleRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_UpdateRoleResponse {
    let id: RoleID = try readID(request.roleID, field: "role_id")
    var fields = try RoleContentFields(request.role, fields: try RoleMask(request).fields)
    let feed = FeedRole(organization: caller.organization, role: id)

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller, MutationPlan(organization: .locked, repeating: { $0.add(feed) }),
        reading: { batch in
          fields.ask(&batch)
          return (
            batch.add(FindRole(organization: caller.organization, role: id)),
            GivingQuestions(&batch, caller)
          )
        },
        deciding: { found, mutation throws(ServiceFailure) in
          guard let before = try mutation.row(found.0) else { throw .missing(.role(id)) }
          try Etag(request.etag).require(before.version)
          var role = before
          let changed = try role.updated(
            try fields.content(mutation, over: before.content), at: mutation.now)
          try mutation.requireOutranking(before)
          let added = role.content.rights.subtracting(before.content.rights)
          // A rank that rises is given too; one that falls, or stays, is only the role's.
          let rank = role.content.rank > before.content.rank ? role.content.rank : 0
          try found.1.require(
            Holding(rights: added, rank: rank), to: nil, until: nil, mutation)

          if changed {
            mutation.changes.add(Store.UpdateRole(role))
            mutation.record(
              .roleUpdated, EventTarget(.role, id.uuid), role.eventDetails(before: before),
              in: role.organization)
            mutation.requireAdministrator()
          } else {
            // Whoever repeats it, too, may rely on it when the call returns.
            mutation.changes.add(feed)
          }

          var response = Roster_V1_UpdateRoleResponse()
          response.role = Roster_V1_Role(role)
          response.changed = changed
          return response
        })
    } catch {
      throw error.ofRole(name: request.role.name)
    }
  }
}

extension Role {
  fileprivate mutating func updated(
    _ content: Content, at instant: Timestamp
  ) throws(ServiceFailure) -> Bool {
    do throws(Refusal) {
      return try update(content, at: instant)
    } catch {
      throw ServiceFailure(error)
    }
  }
}
