package import API
import Domain
import Store

extension PermissionService {
  package func listPermissions(
    _ request: Roster_V1_ListPermissionsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListPermissionsResponse {
    let found = try await caller.read(ListPermissions())

    var response = Roster_V1_ListPermissionsResponse()
    response.permissions = found.filter { request.showRetired || !$0.isRetired }
      .map { Roster_V1_Permission($0) }
    return response
  }
}
