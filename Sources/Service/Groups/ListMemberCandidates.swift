package import API
import Domain
import Store

extension GroupService {
  package func listMemberCandidates(
    _ request: Roster_V1_ListMemberCandidatesRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListMemberCandidatesResponse {
    let group: GroupID = try readID(request.groupID, field: "group_id")
    let search = try readUserSearch(request.search)
    let filter = try candidates(for: group)
    let page = try Page(
      size: request.pageSize, token: request.pageToken, arguments: [group.text, request.search],
      for: caller, ground)
    try await requireGroup(group, for: caller)
    let order = ListOrder(UserSort.displayName)
    let statement = ListUsers(
      UserListQuery(
        caller.organization, within: caller.reach, filter, search: search, by: order,
        page: (page.position, page.limit)))
    let found = try await caller.list(
      statement, as: statement.isSearch ? caller.searchScope : caller.scope)

    var response = Roster_V1_ListMemberCandidatesResponse()
    response.candidates = found.prefix(page.size).map { Roster_V1_MemberCandidate($0.user) }
    response.nextPageToken = page.nextToken(found) { $0.position(in: order) }
    return response
  }

  private func candidates(for group: GroupID) throws(ServiceFailure) -> UserFilter {
    do throws(FilterRefusal) {
      return try .candidates(for: group)
    } catch {
      throw .broken("the filter of candidates is none: \(error)")
    }
  }
}
