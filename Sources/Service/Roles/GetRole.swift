package import API
import Domain
import Store

extension RoleService {
  package func getRole(
    _ request: Roster_V1_GetRoleRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GetRoleResponse {
    let id: RoleID = try readID(request.roleID, field: "role_id")
    let found = try await caller.read(FindRole(organization: caller.organization, role: id))
    guard let role = found.first else { throw .missing(.role(id)) }

    var response = Roster_V1_GetRoleResponse()
    response.role = Roster_V1_Role(role)
    return response
  }
}
