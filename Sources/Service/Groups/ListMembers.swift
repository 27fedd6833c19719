package import API
import Domain
import Store

extension GroupService {
  package func listMembers(
    _ request: Roster_V1_ListMembersRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListMembersResponse {
    let group: GroupID = try readID(request.groupID, field: "group_id")
    let search = try readUserSearch(request.search)
    let order = try readOrder(request.orderBy, or: ListOrder(MemberSort.joinTime))
    let page = try Page(
      size: request.pageSize, token: request.pageToken,
      arguments: [group.text, order.text, request.search], for: caller, ground)
    try await requireGroup(group, for: caller)
    let statement = Store.ListMembers(
      of: group, in: caller.organization, search: search, by: order,
      page: (page.position, page.limit))
    let found = try await caller.list(
      statement, as: statement.isSearch ? caller.searchScope : caller.scope)

    var response = Roster_V1_ListMembersResponse()
    response.members = found.prefix(page.size).map { Roster_V1_GroupMember($0.member) }
    response.nextPageToken = page.nextToken(found) { $0.position(in: order) }
    return response
  }

  /// Checks that the group is there, and that the caller may see it.
  func requireGroup(_ id: GroupID, for caller: Caller) async throws(ServiceFailure) {
    try caller.requireReach(id)
    let found = try await caller.read(FindGroup(organization: caller.organization, group: id))
    guard !found.isEmpty else { throw .missing(.group(id)) }
  }
}
