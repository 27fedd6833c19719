package import API
import Domain
import Store

extension RoleService {
  package func listRoles(
    _ request: Roster_V1_ListRolesRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListRolesResponse {
    let search = try readName(request.search, field: "search").text
    let organization = caller.organization
    let roles = try await caller.read(
      Store.ListRoles(organization: organization, search: search))
    let counts =
      request.withHolders
      ? try await caller.read(CountRoleHolders(organization: organization)) : []
    let counted = Dictionary(
      counts.map { ($0.role, $0) }, uniquingKeysWith: { first, _ in first })

    var response = Roster_V1_ListRolesResponse()
    response.roles = roles.map { role in
      var proto = Roster_V1_Role(role, withRights: request.withRights)
      if request.withHolders {
        proto.holders.userCount = counted[role.id]?.userCount ?? 0
        proto.holders.groupCount = counted[role.id]?.groupCount ?? 0
      }
      return proto
    }
    return response
  }
}
