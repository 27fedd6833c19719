package import API
import Domain
import Postgres
import Store

extension ActivityService {
  package func listEvents(
    _ request: Roster_V1_ListEventsRequest, for caller: Caller
  ) async throws(ServiceFailure) -> Roster_V1_ListEventsResponse {
    let page = try Page(
      size: request.pageSize, token: request.pageToken,
      arguments: [try request.filter.pageArgument], for: caller, ground)
    guard var filter = try EventFilter(request.filter) else {
      return Roster_V1_ListEventsResponse()
    }
    if let last: EventID = page.after() {
      filter.ids = filter.ids.clamped(to: EventID.first..<last)
    }

    let found = try await page.events(filter, for: caller)
    if found.isEmpty { try await requireOrganization(caller) }
    let events = found.prefix(page.size).thatFit
    let opened = try await openDetails(of: events, for: caller)

    var response = Roster_V1_ListEventsResponse()
    response.events = events.map { Roster_V1_Event($0, opened) }
    if events.count < found.count, let last = events.last {
      response.nextPageToken = page.token(after: last.id)
    }
    return response
  }

  /// Nothing is found in an organization that there is not, either.
  private func requireOrganization(_ caller: Caller) async throws(ServiceFailure) {
    let id = caller.organization
    guard !id.uuid.isNil else { return }
    let found = try await caller.read(FindOrganization(organization: id))
    guard !found.isEmpty else { throw .missing(.organization(id)) }
  }
}

extension Page {
  /// The newest events that satisfy a filter, by the index that leaves the fewest to look at.
  fileprivate func events(
    _ filter: EventFilter, for caller: Caller
  ) async throws(ServiceFailure) -> [EventRecord] {
    guard !filter.ids.isEmpty else { return [] }
    let (organization, scope) = (caller.organization, caller.scope)
    if filter.target != nil {
      return try await caller.list(
        ListEventsOfTarget(organization: organization, filter: filter, limit: limit), as: scope)
    }
    if filter.actor != nil {
      return try await caller.list(
        ListEventsOfActor(organization: organization, filter: filter, limit: limit), as: scope)
    }
    if filter.user != nil {
      return try await caller.list(
        ListEventsOfUser(organization: organization, filter: filter, limit: limit), as: scope)
    }
    if !filter.actions.isEmpty {
      return try await caller.list(
        ListEventsOfActions(organization: organization, filter: filter, limit: limit), as: scope)
    }
    return try await caller.list(
      ListEvents(organization: organization, filter: filter, limit: limit), as: scope)
  }
}
