package import API
import Domain
import Postgres
import RPC
import Store
import SwiftProtobuf

extension ActivityService {
  /// Events read at once: a page is in memory while the client takes it, and no transaction is.
  private static let pageSize = 500
  /// Longer than any call that writes may take, 120 s: an event older than this is there.
  private static let settling = Duration.seconds(180)

  package func exportEvents(
    _ request: Roster_V1_ExportEventsRequest,
    _ responses: ResponseStream<Roster_V1_ExportEventsResponse>, for caller: Caller
  ) async throws(ServiceFailure) {
    let start = try readTime(request.hasStartTime ? request.startTime : nil, field: "start_time")
    let asked = try readTime(request.hasEndTime ? request.endTime : nil, field: "end_time")
    let settled = ground.now().advanced(by: .zero - Self.settling)
    let end = min(asked ?? settled, settled)
    var last: EventID?
    if !request.afterEventID.isEmpty {
      last = try readID(request.afterEventID, field: "after_event_id")
    }

    var filter = EventFilter()
    var isMore = filter.narrow(from: start, before: end)
    while isMore {
      // The bound is exclusive at the other end, so the next id is the least one after the last.
      if let last { filter.ids = filter.ids.clamped(to: last.next..<EventID.last) }
      guard !filter.ids.isEmpty else { break }
      let found = try await caller.list(
        ListEventsUpwards(
          organization: caller.organization, filter: filter, limit: Self.pageSize),
        as: caller.scope)
      let opened = try await openDetails(of: found[...], for: caller)
      try await send(found[...], opened, responses)
      isMore = found.count == Self.pageSize
      last = found.last?.id ?? last
    }
    var response = Roster_V1_ExportEventsResponse()
    response.completeTime = Google_Protobuf_Timestamp(end)
    try await send(response, responses)
  }

  private func send(
    _ events: ArraySlice<EventRecord>, _ opened: OpenedDetails,
    _ responses: ResponseStream<Roster_V1_ExportEventsResponse>
  ) async throws(ServiceFailure) {
    var rest = events
    while !rest.isEmpty {
      let some = rest.thatFit
      var response = Roster_V1_ExportEventsResponse()
      response.events = some.map { Roster_V1_Event($0, opened) }
      try await send(response, responses)
      rest = rest[some.endIndex...]
    }
  }

  private func send(
    _ response: Roster_V1_ExportEventsResponse,
    _ responses: ResponseStream<Roster_V1_ExportEventsResponse>
  ) async throws(ServiceFailure) {
    do throws(Status) {
      try await responses.send(response)
    } catch {
      throw .wire(error)
    }
  }
}
