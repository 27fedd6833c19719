import Domain
import Testing

private let now = Timestamp(microseconds: 1_000)
private let weekLater = now.advanced(by: .seconds(7 * 86_400))
private let asker = UserID(high: 1, low: 1)
private let decider = Principal.user(UserID(high: 1, low: 2))

private func request(
  wantedFor: Duration? = nil, justification: String = "on call"
) throws -> RoleRequest {
  try RoleRequest(
    id: RoleRequestID(high: 2, low: 1), organization: OrganizationID(high: 3, low: 1),
    RoleRequest.Wish(
      role: RoleID(high: 4, low: 1), user: asker, wantedFor: wantedFor,
      justification: Reason(stored: justification)), at: now)
}

private func decision(
  by principal: Principal = decider, at instant: Timestamp = now
) -> RoleRequest.Decision {
  RoleRequest.Decision(at: instant, by: principal, grant: GrantID(high: 5, low: 1))
}

@Suite struct `A request for a role` {
  @Test func `waits 7 days for a decision`() throws {
    let request = try request()
    #expect(request.state(at: now) == .pending)
    #expect(request.state(at: Timestamp(microseconds: weekLater.microseconds - 1)) == .pending)
    #expect(request.state(at: weekLater) == .expired)
    #expect(request.state == .pending)
  }

  @Test func `needs a reason`() {
    #expect(throws: RoleRequest.Refusal.justificationMissing) {
      try request(justification: " \n")
    }
  }

  @Test func `is for a second to 366 days, or for good`() throws {
    #expect(try request(wantedFor: .seconds(1)).wantedFor == .seconds(1))
    #expect(try request(wantedFor: .seconds(366 * 86_400)).wantedFor == .seconds(366 * 86_400))
    for seconds in [-1, 366 * 86_400 + 1] {
      #expect(throws: RoleRequest.Refusal.durationOutOfRange) {
        try request(wantedFor: .seconds(seconds))
      }
    }
  }

  @Test func `is approved once`() throws {
    var request = try request()
    #expect(try request.approve(decision()))
    #expect(request.state == .approved)
    #expect(request.decision == decision())
    #expect(request.version == 2)
    #expect(try !request.approve(decision(at: weekLater)))
    #expect(request.decision == decision())
  }

  @Test func `is decided by nobody for themselves`() throws {
    var request = try request()
    #expect(throws: RoleRequest.Refusal.own) { try request.approve(decision(by: .user(asker))) }
    #expect(throws: RoleRequest.Refusal.own) { try request.deny(decision(by: .user(asker))) }
    #expect(request.state == .pending)
  }

  @Test func `that ended stays as it ended`() throws {
    var denied = try request()
    #expect(try denied.deny(decision()))
    #expect(throws: RoleRequest.Refusal.ended(.denied)) { try denied.approve(decision()) }
    var withdrawn = try request()
    #expect(try withdrawn.withdraw(at: now, by: .user(asker)))
    #expect(throws: RoleRequest.Refusal.ended(.withdrawn)) { try withdrawn.approve(decision()) }
    var late = try request()
    #expect(throws: RoleRequest.Refusal.ended(.expired)) {
      try late.approve(decision(at: weekLater))
    }
    #expect(throws: RoleRequest.Refusal.ended(.expired)) {
      try late.withdraw(at: weekLater, by: .user(asker))
    }
  }

  @Test func `is recorded as expired once, and not before`() throws {
    var request = try request()
    let changes = [now, weekLater, weekLater].map { request.expire(at: $0) }
    #expect(changes == [false, true, false])
    #expect(request.state == .expired && request.version == 2)
  }
}
