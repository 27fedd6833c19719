package import API
import Domain
import Store

extension GroupService {
  package func listGroups(
    _ request: Roster_V1_ListGroupsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListGroupsResponse {
    let filter = try readGroupFilter(request.filter)
    let search = try readUserSearch(request.search)
    let order = try readOrder(request.orderBy, or: ListOrder(GroupSort.name))
    let page = try Page(
      size: request.pageSize, token: request.pageToken,
      arguments: [request.filter, order.text, request.search], for: caller, ground)
    guard !filter.matchesNothing else { return Roster_V1_ListGroupsResponse() }
    let statement = Store.ListGroups(
      GroupListQuery(
        caller.organization, within: caller.reach, filter, search: search, by: order,
        page: (page.position, page.limit)))
    let found = try await caller.list(
      statement, as: statement.isSearch ? caller.searchScope : caller.scope)

    var response = Roster_V1_ListGroupsResponse()
    response.groups = found.prefix(page.size).map { Roster_V1_Group($0.group) }
    response.nextPageToken = page.nextToken(found) { $0.position(in: order) }
    return response
  }
}

private func readGroupFilter(_ text: String) throws(ServiceFailure) -> GroupFilter {
  do throws(FilterRefusal) {
    return try GroupFilter(text)
  } catch {
    throw .fault(.filterInvalid(error))
  }
}
