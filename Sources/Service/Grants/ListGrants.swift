package import API
import Domain
import Store

extension RoleService {
  package func listGrants(
    _ request: Roster_V1_ListGrantsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListGrantsResponse {
    let filter = try GrantFilter(request)
    let page = try Page(
      size: request.pageSize, token: request.pageToken,
      arguments: ["\(filter.text)\nshow_ended:\(request.showEnded)"], for: caller, ground)
    let found = try await grants(filter, ended: request.showEnded, page, for: caller)

    var response = Roster_V1_ListGrantsResponse()
    response.grants = found.prefix(page.size).map { Roster_V1_RoleGrant($0) }
    response.nextPageToken = page.nextToken(found.map(\.id))
    return response
  }

  private func grants(
    _ filter: GrantFilter, ended: Bool, _ page: Page, for caller: Caller
  ) async throws(ServiceFailure) -> [RoleGrant] {
    let organization = caller.organization
    let reach = caller.reach
    let (after, limit): (GrantID?, Int) = (page.after(), page.limit)
    switch filter {
    case .all where ended:
      return try await caller.listOwn(
        Store.ListGrants(organization: organization, within: reach, after: after, limit: limit))
    case .all:
      return try await caller.listOwn(
        ListOpenGrants(organization: organization, within: reach, after: after, limit: limit))
    case .role(let role) where ended:
      return try await caller.listOwn(
        ListGrantsOfRole(
          organization: organization, role: role, within: reach, after: after, limit: limit))
    case .role(let role):
      return try await caller.listOwn(
        ListOpenGrantsOfRole(
          organization: organization, role: role, within: reach, after: after, limit: limit))
    case .user(let user):
      try await requireUser(user, for: caller)
      return ended
        ? try await caller.listOwn(
          ListGrantsOfUser(organization: organization, user: user, after: after, limit: limit))
        : try await caller.listOwn(
          ListOpenGrantsOfUser(
            organization: organization, user: user, after: after, limit: limit))
    case .group(let group):
      try await requireGroup(group, for: caller)
      return ended
        ? try await caller.listOwn(
          ListGrantsOfGroup(
            organization: organization, group: group, after: after, limit: limit))
        : try await caller.listOwn(
          ListOpenGrantsOfGroup(
            organization: organization, group: group, after: after, limit: limit))
    }
  }
}

extension RoleService {
  private func requireUser(_ id: UserID, for caller: Caller) async throws(ServiceFailure) {
    let found = try await caller.read(FindUser(organization: caller.organization, user: id))
    guard !found.isEmpty, try await caller.reaches(id) else { throw .missing(.user(id)) }
  }

  private func requireGroup(_ id: GroupID, for caller: Caller) async throws(ServiceFailure) {
    try caller.requireReach(id)
    let found = try await caller.read(FindGroupID(organization: caller.organization, group: id))
    guard !found.isEmpty else { throw .missing(.group(id)) }
  }
}

/// Whose grants a list shows.
private enum GrantFilter {
  case all
  case user(UserID)
  case group(GroupID)
  case role(RoleID)

  init(_ request: Roster_V1_ListGrantsRequest) throws(ServiceFailure) {
    self =
      switch request.of {
      case nil: .all
      case .userID(let text): .user(try readID(text, field: "user_id"))
      case .groupID(let text): .group(try readID(text, field: "group_id"))
      case .roleID(let text): .role(try readID(text, field: "role_id"))
      }
  }

  /// As a page token is bound to it.
  var text: String {
    switch self {
    case .all: "all"
    case .user(let id): "user:\(id.text)"
    case .group(let id): "group:\(id.text)"
    case .role(let id): "role:\(id.text)"
    }
  }
}
