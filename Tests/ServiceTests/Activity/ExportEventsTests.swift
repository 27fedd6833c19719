import API
import Domain
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Exporting events` {
  /// Ahead of the database's clock, so that what was just written has settled.
  private static let skew = Duration.seconds(300)

  private func export(
    _ client: Client, _ request: Roster_V1_ExportEventsRequest
  ) async throws -> (messages: [[Roster_V1_Event]], completeTime: Google_Protobuf_Timestamp) {
    let call = try await client.activity.exportEvents(request)
    var messages: [[Roster_V1_Event]] = []
    while let response = try await call.next() {
      guard !response.hasCompleteTime else {
        #expect(response.events == [])
        #expect(try await call.next() == nil)
        return (messages, response.completeTime)
      }
      messages.append(response.events)
    }
    Issue.record("it ended without complete_time")
    return (messages, .init())
  }

  /// Events of the seconds before now, made from the first there is.
  private func add(_ count: Int, to organization: Roster_V1_Organization, _ world: World)
    async throws
  {
    _ = try await world.ask(
      """
      INSERT INTO roster.events (organization_id, event_id, epoch, at, actor_kind, actor_id, action,
        target_kind, target_id, outcome)
      SELECT '\(organization.organizationID)',
             (lpad(to_hex((extract(epoch FROM now()) * 1000)::int8 - n / 2), 12, '0')
              || substr(md5(n::text), 1, 20))::uuid,
             1, now(), 'system', gen_random_uuid(), 'user.created', 'user', gen_random_uuid(),
             'succeeded'
        FROM generate_series(1, \(count)) AS n RETURNING 'x'
      """)
  }

  @Test func `sends every event once, the oldest first, over any number of pages`() async throws {
    try await World.with(clockSkew: Self.skew) { world in
      let organization = try await world.organization()
      _ = try await world.user("ada@example.com", in: organization)
      let ownCount = try await world.events(in: organization).count
      try await add(1_200 - ownCount, to: organization, world)
      let exported = try await export(
        world.root, .with { $0.organizationID = organization.organizationID })
      #expect(exported.messages.map(\.count) == [500, 500, 200])
      let ids = exported.messages.flatMap { $0 }.map(\.eventID)
      #expect(ids == ids.sorted())
      #expect(Set(ids).count == 1_200)
      let details = exported.messages.flatMap { $0 }.compactMap {
        $0.target.details.fields["email"]?.stringValue
      }
      #expect(details == ["ada@example.com"])
    }
  }

  @Test func `goes on after the event that came last`() async throws {
    try await World.with(clockSkew: Self.skew) { world in
      let organization = try await world.organization()
      try await add(20, to: organization, world)
      var request = Roster_V1_ExportEventsRequest.with {
        $0.organizationID = organization.organizationID
      }
      let all = try await export(world.root, request).messages.flatMap { $0 }
      request.afterEventID = all[11].eventID
      #expect(try await export(world.root, request).messages.flatMap { $0 } == Array(all[12...]))
      request.afterEventID = try #require(all.last).eventID
      #expect(try await export(world.root, request).messages == [])
    }
  }

  @Test func `keeps to its time, and says up to when it is complete`() async throws {
    try await World.with(clockSkew: Self.skew) { world in
      let organization = try await world.organization()
      try await add(40, to: organization, world)
      var request = Roster_V1_ExportEventsRequest.with {
        $0.organizationID = organization.organizationID
      }
      let all = try await world.ask(
        "SELECT ((('x' || substr(replace(event_id::text, '-', ''), 1, 12))::bit(48)::int8))::text "
          + "FROM roster.events WHERE action = 'user.created' ORDER BY event_id")
      let milliseconds = try #require(all[10].flatMap { Int64($0) })
      let middle = Google_Protobuf_Timestamp(
        seconds: milliseconds / 1_000, nanos: Int32(milliseconds % 1_000) * 1_000_000)
      request.endTime = middle
      let before = try await export(world.root, request)
      #expect(before.completeTime == middle)
      request.startTime = before.completeTime
      request.clearEndTime()
      let after = try await export(world.root, request)
      let counts = [before, after].map { $0.messages.flatMap { $0 }.count }
      #expect(counts.reduce(0, +) == (try await world.count("roster.events")))
      #expect(counts.allSatisfy { $0 > 8 })
      let floor = EventID.floor(of: Timestamp(microseconds: milliseconds * 1_000)).text
      #expect(before.messages.flatMap { $0 }.allSatisfy { $0.eventID < floor })
      #expect(after.messages.flatMap { $0 }.allSatisfy { $0.eventID >= floor })
    }
  }

  @Test func `leaves the last minutes out, where a late commit may still add`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let exported = try await export(
        world.root, .with { $0.organizationID = organization.organizationID })
      #expect(exported.messages == [])
      let age = World.wallClock().seconds - exported.completeTime.seconds
      #expect(180...200 ~= age)
    }
  }

  @Test func `never sends an event of another organization`() async throws {
    try await World.with(clockSkew: Self.skew) { world in
      let acme = try await world.organization("acme")
      _ = try await world.organization("beta")
      let client = try await world.client(organizations: [acme])
      let events = try await export(client, .init()).messages.flatMap { $0 }
      #expect(Set(events.map(\.organizationID)) == [acme.organizationID])
    }
  }

  @Test func `splits a page of large events`() async throws {
    try await World.with(clockSkew: Self.skew) { world in
      let organization = try await world.organization()
      try await add(3, to: organization, world)
      _ = try await world.ask(
        "UPDATE roster.events SET target_details = decode(repeat('00', 600000), 'hex') "
          + "RETURNING 'x'")
      let exported = try await export(
        world.root, .with { $0.organizationID = organization.organizationID })
      #expect(exported.messages.count > 3)
      #expect(exported.messages.allSatisfy { $0.count == 1 })
    }
  }

  @Test(arguments: ["start_time", "end_time", "after_event_id"])
  func `refuses what means nothing`(field: String) async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let request = Roster_V1_ExportEventsRequest.with {
        $0.organizationID = organization.organizationID
        switch field {
        case "start_time": $0.startTime.nanos = -1
        case "end_time": $0.endTime.nanos = -1
        default: $0.afterEventID = "last"
        }
      }
      let status = await failure { () throws(Status) in
        try await world.root.activity.exportEvents(request).next()
      }
      #expect(status.code == .invalidArgument)
      #expect(status.badFields == [field])
    }
  }
}
