import API
import Domain
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Listing events` {
  @Test func `tells the newest first, with who did what to whom by which call`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
      let client = world.root.with("traceparent", "00-\(trace)-00f067aa0ba902b7-01")
      var lock = Roster_V1_LockUserRequest.user(user, reason: "lost laptop")
      lock.requestID = freshID()
      let locked = try await client.users.lockUser(lock)

      let events = try await world.events(in: organization)
      #expect(events.prefix(2).map(\.action) == ["user.locked", "user.created"])
      let event = try #require(events.first)
      #expect(event.organizationID == organization.organizationID)
      #expect(event.actor.kind == "service_token")
      #expect(event.target.kind == "user")
      #expect(event.target.id == user.userID)
      #expect(event.outcome == .succeeded)
      #expect(event.reason == "")
      #expect(event.requestID == lock.requestID)
      #expect(event.traceID == trace)
      #expect(event.revision == locked.revision)
      #expect(event.time == locked.user.lock.lockTime)
      #expect(event.target.details.fields["reason"]?.stringValue == "lost laptop")
      #expect(!event.target.erased)
      #expect(events[1].target.details.fields["email"]?.stringValue == "ada@example.com")
      let creation = try #require(events.first { $0.action == "organization.created" })
      #expect(creation.target.kind == "organization")
      #expect(creation.target.hasDetails)
    }
  }

  @Test func `tells through which backend a person acted`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let admin = try await world.user("admin@example.com", in: organization)
      let user = try await world.user("ada@example.com", in: organization)
      try await world.give("admin", to: admin)
      _ = try await world.root.with("roster-user", admin.userID).users.lockUser(.user(user))
      let actor = try #require(try await world.events(in: organization).first?.actor)
      #expect(actor.kind == "user")
      #expect(actor.id == admin.userID)
      #expect(actor.details.fields.keys.contains("service_token"))
    }
  }

  @Test func `keeps to each filter, and to all of them together`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let admin = try await world.user("admin@example.com", in: organization)
      let user = try await world.user("ada@example.com", in: organization)
      try await world.give("admin", to: admin)
      _ = try await world.root.with("roster-user", admin.userID).users.lockUser(.user(user))
      _ = try await world.root.users.unlockUser(.user(user))
      func actions(_ body: (inout Roster_V1_EventFilter) -> Void) async throws -> [String] {
        try await world.events(in: organization, .with(body)).map(\.action)
      }
      let (created, locked, unlocked) = ("user.created", "user.locked", "user.unlocked")
      #expect(try await actions { $0.targetID = user.userID } == [unlocked, locked, created])
      #expect(try await actions { $0.actorID = admin.userID } == [locked])
      #expect(try await actions { $0.userID = admin.userID } == [locked, created])
      #expect(try await actions { $0.action = "user.created" } == [created, created])
      #expect(
        try await actions { $0.action = "user." } == [unlocked, locked, created, created])
      #expect(try await actions { $0.outcome = .refused } == [])
      #expect(
        try await actions { $0.outcome = .succeeded }
          == world.events(in: organization).map(\.action))
      #expect(
        try await actions {
          $0.targetID = user.userID
          $0.actorID = admin.userID
          $0.userID = admin.userID
          $0.action = "user."
          $0.outcome = .succeeded
        } == [locked])
      #expect(
        try await actions {
          $0.targetID = user.userID
          $0.action = "organization."
        } == [])
      #expect(
        try await actions {
          $0.actorID = admin.userID
          $0.userID = user.userID
          $0.action = "user.locked"
        } == [locked])
      #expect(
        try await actions {
          $0.userID = user.userID
          $0.action = "user.locked"
          $0.outcome = .refused
        } == [])
    }
  }

  @Test func `keeps to a time, from its start to before its end`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      for index in 1...3 { _ = try await world.user("u\(index)@example.com", in: organization) }
      // A second apart, whatever the test took.
      _ = try await world.ask(
        """
        UPDATE roster.events AS e SET at = n.at, event_id = roster.event_id_floor(n.at)
          FROM (SELECT event_id, date_trunc('month', now()) + interval '1 day'
                       + row_number() OVER (ORDER BY event_id) * interval '1 second' AS at
                  FROM roster.events
                 WHERE organization_id = '\(organization.organizationID)') AS n
         WHERE e.event_id = n.event_id RETURNING 'x'
        """)
      let times = try await world.events(in: organization).map(\.time)
      #expect(times.count > 3)
      let some = try await world.events(
        in: organization,
        .with {
          $0.startTime = times[2]
          $0.endTime = times[0]
        })
      #expect(some.map(\.time) == [times[1], times[2]])
      let none = try await world.events(
        in: organization,
        .with {
          $0.startTime = times[1]
          $0.endTime = times[1]
        })
      #expect(none == [])
    }
  }

  @Test(arguments: ["user.", "user.created", ""])
  func `walks pages that stay stable while events arrive`(action: String) async throws {
    try await World.with { world in
      let organization = try await world.organization()
      for index in 1...5 { _ = try await world.user("u\(index)@example.com", in: organization) }
      let filter = Roster_V1_EventFilter.with { $0.action = action }
      let before = try await world.events(in: organization, filter)

      var request = Roster_V1_ListEventsRequest.with {
        $0.organizationID = organization.organizationID
        $0.filter = filter
        $0.pageSize = 2
      }
      var walked: [Roster_V1_Event] = []
      repeat {
        let response = try await world.root.activity.listEvents(request)
        walked += response.events
        request.pageToken = response.nextPageToken
        _ = try await world.user("late\(walked.count)@example.com", in: organization)
      } while !request.pageToken.isEmpty
      #expect(walked == before)
    }
  }

  @Test func `takes no token of another filter`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      for index in 1...3 { _ = try await world.user("u\(index)@example.com", in: organization) }
      var request = Roster_V1_ListEventsRequest.with {
        $0.organizationID = organization.organizationID
        $0.filter.action = "user."
        $0.pageSize = 1
      }
      request.pageToken = try await world.root.activity.listEvents(request).nextPageToken
      request.filter.action = "user.created"
      let other = request
      let status = await failure { () throws(Status) in
        try await world.root.activity.listEvents(other)
      }
      #expect(status.reason == "PAGE_TOKEN_MISMATCH")
    }
  }

  @Test func `ends a page of large events early`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      for index in 1...2 { _ = try await world.user("u\(index)@example.com", in: organization) }
      _ = try await world.ask(
        "UPDATE roster.events SET target_details = decode(repeat('00', 600000), 'hex') "
          + "RETURNING 'x'")
      var request = Roster_V1_ListEventsRequest.with {
        $0.organizationID = organization.organizationID
      }
      var counts: [Int] = []
      repeat {
        let response = try await world.root.activity.listEvents(request)
        counts.append(response.events.count)
        request.pageToken = response.nextPageToken
      } while !request.pageToken.isEmpty
      #expect(Set(counts) == [1])
    }
  }

  @Test(arguments: [
    ("filter.actor_id", "ID_INVALID"), ("filter.target_id", "ID_INVALID"),
    ("filter.user_id", "ID_INVALID"), ("filter.action", "FIELD_INVALID"),
    ("filter.outcome", "FIELD_INVALID"), ("filter.start_time", "TIME_INVALID"),
    ("filter.end_time", "TIME_INVALID"),
  ])
  func `refuses a filter that means nothing`(field: String, reason: String) async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let request = Roster_V1_ListEventsRequest.with {
        $0.organizationID = organization.organizationID
        switch field {
        case "filter.actor_id": $0.filter.actorID = "me"
        case "filter.target_id": $0.filter.targetID = "ADA"
        case "filter.user_id": $0.filter.userID = "x"
        case "filter.action": $0.filter.action = "user"
        case "filter.outcome": $0.filter.outcome = .UNRECOGNIZED(77)
        case "filter.start_time": $0.filter.startTime.nanos = -1
        default: $0.filter.endTime.seconds = .max
        }
      }
      let status = await failure { () throws(Status) in
        try await world.root.activity.listEvents(request)
      }
      #expect(status.code == .invalidArgument)
      #expect(status.reason == reason)
      #expect(status.badFields == [field])
    }
  }

  @Test func `shows nothing of another organization`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme")
      let beta = try await world.organization("beta")
      let foreign = try await world.user("ada@example.com", in: beta)
      let client = try await world.client(organizations: [acme])
      for field in [\Roster_V1_EventFilter.targetID, \.actorID, \.userID] {
        let request = Roster_V1_ListEventsRequest.with {
          $0.organizationID = acme.organizationID
          $0.filter[keyPath: field] = foreign.userID
        }
        #expect(try await client.activity.listEvents(request).events == [])
      }
      let own = try await client.activity.listEvents(.init()).events
      #expect(Set(own.map(\.organizationID)) == [acme.organizationID])
      let status = await failure { () throws(Status) in
        try await world.root.activity.listEvents(.with { $0.organizationID = freshID() })
      }
      #expect(status.reason == "ORGANIZATION_NOT_FOUND")
    }
  }

  @Test func `shows what the API refused, and how often`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let client = try await world.client(
        methods: ["roster.v1.ActivityService/*"], organizations: [organization])
      _ = await failure { () throws(Status) in
        try await client.users.createUser(.user("ada@example.com", in: organization))
      }
      // It was refused before it named its organization.
      let nowhere = Roster_V1_Organization.with { $0.organizationID = UUID128.nil.text }
      let events = try await world.events(in: nowhere, .with { $0.outcome = .refused })
      #expect(events.map(\.action) == ["call.refused"])
      #expect(events.first?.reason == "METHOD_NOT_ALLOWED")
      let details = events.first?.target.details.fields
      #expect(details?["count"]?.numberValue == 1)
      #expect(details?["method"]?.stringValue == "roster.v1.UserService/CreateUser")

      let other = try await world.organization("beta")
      _ = await failure { () throws(Status) in
        try await world.root.with("roster-user", freshID())
          .activity.listEvents(.with { $0.organizationID = other.organizationID })
      }
      let there = try await world.events(in: other, .with { $0.action = "call." })
      #expect(there.map(\.reason) == ["ACTING_USER_INVALID"])
      #expect(there.map(\.outcome) == [.refused])
    }
  }

  @Test func `tells of details that do not open, and shows the others`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      _ = try await world.user("ada@example.com", in: organization)
      _ = try await world.ask(
        "UPDATE roster.events SET target_details = target_details || '\\x00' RETURNING 'x'")
      let events = try await world.events(in: organization)
      #expect(events.count > 1)
      #expect(events.allSatisfy { $0.target.unreadable && !$0.target.hasDetails })
    }
  }
}

extension World {
  func events(
    in organization: Roster_V1_Organization, _ filter: Roster_V1_EventFilter = .init()
  ) async throws -> [Roster_V1_Event] {
    try await root.activity.listEvents(
      .with {
        $0.organizationID = organization.organizationID
        $0.filter = filter
      }
    ).events
  }
}
