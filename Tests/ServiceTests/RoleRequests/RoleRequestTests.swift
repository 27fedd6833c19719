import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `Requesting a role` {
  /// An asker of the role `user`, an administrator, and a role to ask for.
  private struct Scene {
    let acme: Roster_V1_Organization
    let role: Roster_V1_Role
    let (asker, chief): (Roster_V1_User, Roster_V1_User)

    init(_ world: World, _ mode: Roster_V1_RoleMode = .both) async throws {
      acme = try await world.organization("acme", settings: .with { $0.roleMode = mode })
      role = try await world.custom("reader", ["events.read:all"], in: acme)
      asker = try await world.user("bob@example.com", with: "user", in: acme)
      chief = try await world.user("ada@example.com", with: "super_admin", in: acme)
    }

    func ask(_ world: World, seconds: Int64 = 0) async throws -> Roster_V1_RoleRequest {
      var request = Roster_V1_RequestRoleRequest.role(role)
      request.durationSeconds = seconds
      return try await world.acting(asker).roles.requestRole(request).roleRequest
    }
  }

  @Test func `waits for a decision, and is answered again while it does`() async throws {
    try await World.with { world in
      let scene = try await Scene(world)
      let request = try await scene.ask(world, seconds: 60)
      #expect(request.state == .pending && request.userID == scene.asker.userID)
      #expect(request.durationSeconds == 60 && request.justification == "on call")
      #expect(request.expireTime.seconds - request.createTime.seconds == 7 * 86_400)
      let again = try await world.acting(scene.asker).roles.requestRole(.role(scene.role))
      #expect(!again.changed && again.roleRequest == request)
      #expect(try await world.count("roster.events WHERE action = 'role_request.created'") == 1)
    }
  }

  @Test func `is for oneself, unless a backend asks for somebody`() async throws {
    try await World.with { world in
      let scene = try await Scene(world)
      var request = Roster_V1_RequestRoleRequest.role(scene.role)
      let nobody = await failure { () throws(Status) in
        try await world.root.roles.requestRole(request)
      }
      #expect(nobody.reason == "FIELD_REQUIRED" && nobody.badFields == ["user_id"])
      request.userID = scene.chief.userID
      let other = await failure { () throws(Status) in
        try await world.acting(scene.asker).roles.requestRole(request)
      }
      #expect(other.reason == "USER_NOT_FOUND")
      #expect(try await world.root.roles.requestRole(request).changed)
    }
  }

  @Test func `needs a reason, and a duration within bounds`() async throws {
    try await World.with { world in
      let scene = try await Scene(world)
      var request = Roster_V1_RequestRoleRequest.role(scene.role)
      request.durationSeconds = 366 * 86_400 + 1
      let roles = world.acting(scene.asker).roles
      let long = await failure { () throws(Status) in try await roles.requestRole(request) }
      #expect(long.badFields == ["duration_seconds"])
      request.durationSeconds = 0
      request.justification = ""
      let silent = await failure { () throws(Status) in try await roles.requestRole(request) }
      #expect(silent.reason == "FIELD_REQUIRED" && silent.badFields == ["justification"])
    }
  }

  @Test func `approved gives the role for as long as was asked`() async throws {
    try await World.with { world in
      let scene = try await Scene(world)
      let request = try await scene.ask(world, seconds: 60)
      let decided = try await world.acting(scene.chief).roles.decideRoleRequest(
        .request(request, .approve))
      #expect(decided.changed && decided.roleRequest.state == .approved)
      #expect(decided.grant.source == .request && decided.grant.justification == "on call")
      #expect(decided.grant.expireTime.seconds - decided.grant.validFrom.seconds == 60)
      #expect(decided.roleRequest.grantID == decided.grant.grantID)
      #expect(decided.roleRequest.decidedBy.id == scene.chief.userID)
      #expect(try await world.rights(scene.asker).contains("events.read:all"))
      let again = try await world.acting(scene.chief).roles.decideRoleRequest(
        .request(request, .approve))
      #expect(!again.changed && again.roleRequest == decided.roleRequest)
      let late = await failure { () throws(Status) in
        try await world.acting(scene.chief).roles.decideRoleRequest(.request(request, .deny))
      }
      #expect(late.reason == "ROLE_REQUEST_ENDED" && late.metadata["state"] == "approved")
      #expect(
        Set(try await world.eventActions().suffix(2)) == [
          "grant.created", "role_request.approved",
        ])
    }
  }

  @Test func `denied or withdrawn gives nothing`() async throws {
    try await World.with { world in
      let scene = try await Scene(world)
      var denial = Roster_V1_DecideRoleRequestRequest.request(try await scene.ask(world), .deny)
      denial.reason = "ask your lead"
      let denied = try await world.acting(scene.chief).roles.decideRoleRequest(denial)
      #expect(denied.roleRequest.state == .denied && !denied.hasGrant)
      #expect(denied.roleRequest.decisionReason == "ask your lead")
      let request = try await scene.ask(world)
      let withdrawal = Roster_V1_WithdrawRoleRequestRequest.with {
        $0.organizationID = request.organizationID
        $0.roleRequestID = request.roleRequestID
      }
      let roles = world.acting(scene.asker).roles
      let withdrawn = try await roles.withdrawRoleRequest(withdrawal)
      #expect(withdrawn.changed && withdrawn.roleRequest.state == .withdrawn)
      #expect(try await !roles.withdrawRoleRequest(withdrawal).changed)
      let late = await failure { () throws(Status) in
        try await world.acting(scene.chief).roles.decideRoleRequest(.request(request, .approve))
      }
      #expect(late.reason == "ROLE_REQUEST_ENDED" && late.metadata["state"] == "withdrawn")
      #expect(try await world.rights(scene.asker).contains("events.read:all") == false)
    }
  }

  @Test func `is decided by nobody for themselves, and by nobody who lacks the rights`()
    async throws
  {
    try await World.with { world in
      let scene = try await Scene(world)
      let own = try await world.acting(scene.chief).roles.requestRole(.role(scene.role)).roleRequest
      for decision: Roster_V1_RoleRequestDecision in [.approve, .deny] {
        let status = await failure { () throws(Status) in
          try await world.acting(scene.chief).roles.decideRoleRequest(.request(own, decision))
        }
        #expect(status.reason == "OWN_REQUEST" && status.code == .permissionDenied)
      }
      let decider = try await world.user("kim@example.com", in: scene.acme)
      try await world.give(
        try await world.custom("decider", rank: 300, ["role_requests.decide:all"], in: scene.acme),
        to: decider)
      let request = try await scene.ask(world)
      let lacking = await failure { () throws(Status) in
        try await world.acting(decider).roles.decideRoleRequest(.request(request, .approve))
      }
      #expect(lacking.reason == "RIGHTS_EXCEEDED")
      #expect(
        try await world.acting(decider).roles.decideRoleRequest(.request(request, .deny)).changed)
    }
  }

  @Test func `answers to those out of reach like one that never was`() async throws {
    try await World.with { world in
      let scene = try await Scene(world)
      let request = try await scene.ask(world)
      let manager = try await world.user("mia@example.com", with: "manager", in: scene.acme)
      let decide = await failure { () throws(Status) in
        try await world.acting(manager).roles.decideRoleRequest(.request(request, .approve))
      }
      #expect(decide.reason == "ROLE_REQUEST_NOT_FOUND")
      let withdraw = await failure { () throws(Status) in
        try await world.acting(manager).roles.withdrawRoleRequest(
          .with {
            $0.organizationID = request.organizationID
            $0.roleRequestID = request.roleRequestID
          })
      }
      #expect(withdraw.reason == "ROLE_REQUEST_NOT_FOUND")
      let list = Roster_V1_ListRoleRequestsRequest.with {
        $0.organizationID = scene.acme.organizationID
      }
      #expect(try await world.acting(manager).roles.listRoleRequests(list).roleRequests == [])
      #expect(
        try await world.acting(scene.asker).roles.listRoleRequests(list).roleRequests == [request])
      #expect(
        try await world.acting(scene.chief).roles.listRoleRequests(list).roleRequests == [request])
    }
  }

  @Test func `expires after 7 days, recorded or not, and can be made again`() async throws {
    try await World.with { world in
      let scene = try await Scene(world)
      let request = try await scene.ask(world)
      _ = try await world.ask(
        "UPDATE roster.role_requests SET expires_at = now() - interval '1 s' RETURNING 'x'")
      let late = await failure { () throws(Status) in
        try await world.acting(scene.chief).roles.decideRoleRequest(.request(request, .approve))
      }
      #expect(late.reason == "ROLE_REQUEST_ENDED" && late.metadata["state"] == "expired")
      var list = Roster_V1_ListRoleRequestsRequest.with {
        $0.organizationID = scene.acme.organizationID
      }
      #expect(try await world.root.roles.listRoleRequests(list).roleRequests == [])
      list.showEnded = true
      #expect(
        try await world.root.roles.listRoleRequests(list).roleRequests.map(\.state) == [.expired])
      let next = try await scene.ask(world)
      #expect(next.state == .pending && next.roleRequestID != request.roleRequestID)
      #expect(
        Set(try await world.eventActions().suffix(2)) == [
          "role_request.expired", "role_request.created",
        ])
    }
  }

  @Test func `approved where a user has one role replaces it`() async throws {
    try await World.with { world in
      let scene = try await Scene(world, .single)
      var limited = Roster_V1_RequestRoleRequest.role(scene.role)
      limited.durationSeconds = 60
      let refused = await failure { () throws(Status) in
        try await world.acting(scene.asker).roles.requestRole(limited)
      }
      #expect(refused.reason == "USER_ROLE_SINGLE")
      let request = try await scene.ask(world)
      _ = try await world.acting(scene.chief).roles.decideRoleRequest(.request(request, .approve))
      #expect(try await world.rights(scene.asker) == ["events.read:all"])
    }
  }

  @Test func `is refused where groups carry the roles`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme", settings: .with { $0.roleMode = .groups })
      let role = try await world.custom("reader", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      let status = await failure { () throws(Status) in
        try await world.root.roles.requestRole(
          .with {
            $0.organizationID = acme.organizationID
            $0.roleID = role.roleID
            $0.userID = bob.userID
            $0.justification = "please"
          })
      }
      #expect(status.reason == "ROLES_BY_GROUPS_ONLY")
    }
  }
}
