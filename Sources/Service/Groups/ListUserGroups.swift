package import API
import Domain
import Store

extension GroupService {
  package func listUserGroups(
    _ request: Roster_V1_ListUserGroupsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListUserGroupsResponse {
    let user: UserID = try readID(request.userID, field: "user_id")
    let page = try Page(
      size: request.pageSize, token: request.pageToken, arguments: [user.text], for: caller,
      ground)
    let found = try await caller.read(FindUser(organization: caller.organization, user: user))
    guard !found.isEmpty, try await caller.reaches(user) else { throw .missing(.user(user)) }
    var after: (name: String, id: GroupID)?
    if let position = page.position, case .text(let name) = position.key {
      after = (name, GroupID(position.id))
    }
    let rows = try await caller.list(
      ListGroupsOfUser(
        organization: caller.organization, user: user, visible: visible(of: user, for: caller),
        after: after, limit: page.limit),
      as: caller.scope)

    var response = Roster_V1_ListUserGroupsResponse()
    response.groups = rows.prefix(page.size).map { Roster_V1_UserGroup($0.group) }
    response.nextPageToken = page.nextToken(rows, \.position)
    return response
  }

  /// The groups within the caller's reach; of themselves people see all. Nil: all.
  private func visible(of user: UserID, for caller: Caller) -> [GroupID]? {
    guard case .some(let own, let groups, _) = caller.reach, own != user else { return nil }
    return groups
  }
}
