package import API
import Domain
import Postgres
import Store

extension RoleService {
  package func createRole(
    _ request: Roster_V1_CreateRoleRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_CreateRoleResponse {
    guard !request.key.isEmpty else { throw .fault(.required(field: "key")) }
    guard let key = RoleKey(request.key) else { throw .fault(.roleKeyInvalid) }
    var fields = try RoleContentFields(request.role, fields: Set(RoleField.allCases))

    do throws(ServiceFailure) {
      return try await ground.mutate(
        request, for: caller, MutationPlan(organization: .locked),
        reading: { batch in
          fields.ask(&batch)
          return batch.add(CountRoles(organization: caller.organization))
        },
        deciding: { count, mutation throws(ServiceFailure) in
          let content = try fields.content(mutation)
          try mutation.requireCovering(content.rights, rank: content.rank)
          let role = try Role(made: mutation.makeID(), key, content, mutation)
          guard try mutation.row(count) ?? 0 < DataLimits.rolesPerOrganizationMax else {
            throw .role(.tooManyRoles)
          }

          mutation.changes.add(InsertRole(role))
          mutation.record(
            .roleCreated, EventTarget(.role, role.id.uuid), role.eventDetails,
            in: role.organization)

          var response = Roster_V1_CreateRoleResponse()
          response.role = Roster_V1_Role(role)
          response.changed = true
          return response
        })
    } catch {
      throw error.ofRole(name: request.role.name, key: key.text)
    }
  }
}

extension Role {
  fileprivate init(
    made id: RoleID, _ key: RoleKey, _ content: Content, _ mutation: borrowing Mutation
  ) throws(ServiceFailure) {
    do throws(Refusal) {
      try self.init(
        id: id, organization: mutation.caller.organization, key: key, content: content,
        at: mutation.now)
    } catch {
      throw ServiceFailure(error)
    }
  }
}
