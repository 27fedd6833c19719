package import API
import Domain
import Store

extension GroupService {
  package func getGroup(
    _ request: Roster_V1_GetGroupRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_GetGroupResponse {
    let id: GroupID = try readID(request.groupID, field: "group_id")
    try caller.requireReach(id)
    let found = try await caller.read(FindGroup(organization: caller.organization, group: id))
    guard let group = found.first else { throw .missing(.group(id)) }

    var response = Roster_V1_GetGroupResponse()
    response.group = Roster_V1_Group(group)
    return response
  }
}
