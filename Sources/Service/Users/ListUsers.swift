package import API
import Domain
import Store

extension UserService {
  /// Rows of a page with everything about them.
  static let fullPageSizeMax = 200

  package func listUsers(
    _ request: Roster_V1_ListUsersRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListUsersResponse {
    let isFull = try isFull(request.view)
    let filter = try readUserFilter(request.filter)
    let search = try readUserSearch(request.search)
    let order = try readOrder(request.orderBy, or: ListOrder(UserSort.createTime))
    let page = try Page(
      size: request.pageSize, sizeMax: isFull ? Self.fullPageSizeMax : Page.sizeMax,
      token: request.pageToken, arguments: [request.filter, order.text, request.search],
      for: caller, ground)
    guard !filter.matchesNobody else { return Roster_V1_ListUsersResponse() }
    let statement = ListUsers(
      UserListQuery(
        caller.organization, within: caller.reach, filter, search: search, by: order,
        page: (page.position, page.limit)))
    let found = try await caller.list(
      statement, as: statement.isSearch ? caller.searchScope : caller.scope)
    let rows = Array(found.prefix(page.size))

    var response = Roster_V1_ListUsersResponse()
    response.users = rows.map { Roster_V1_ListedUser($0) }
    if isFull, !rows.isEmpty {
      let details = try await UserDetails(of: rows.map(\.user.id), for: caller)
      for (index, row) in rows.enumerated() {
        details.complete(&response.users[index], row.user, company: row.company?.id)
      }
    }
    response.nextPageToken = page.nextToken(found) { $0.position(in: order) }
    return response
  }

  private func isFull(_ view: Roster_V1_UserView) throws(ServiceFailure) -> Bool {
    switch view {
    case .unspecified, .basic: return false
    case .full: return true
    case .UNRECOGNIZED:
      throw .fault(.invalid(field: "view", because: "must be one of UserView"))
    }
  }
}
