import Domain
import Testing

private let groups = (a: GroupID(high: 1, low: 1), b: GroupID(high: 1, low: 2))
private let companies = (a: CompanyID(high: 2, low: 1), b: CompanyID(high: 2, low: 2))

private func subject(
  _ groups: [GroupID] = [], company: CompanyID? = nil, rank: Int = 200, _ rights: [String] = []
) -> Subject {
  Subject(
    user: UserID(high: 9, low: UInt64(rank)),
    standing: Subject.Standing(state: .active, isLocked: false, company: company), groups: groups,
    rank: rank, rights: Rights(rights.compactMap { Right(stored: $0) }))
}

private func owed(
  _ right: String, by giver: Subject, to receiver: Subject?
) -> [String] {
  Rights([Right(stored: right)].compactMap { $0 }).owed(by: giver, to: receiver).sorted
    .map(\.text)
}

@Suite struct `A right that means its holder's groups or company` {
  private let giver = subject([groups.a], company: companies.a)

  @Test func `is owed as it is for a receiver in the giver's own`() {
    let receiver = subject([groups.a], company: companies.a)
    #expect(owed("users.edit:group", by: giver, to: receiver) == ["users.edit:group"])
    #expect(owed("users.edit:company", by: giver, to: receiver) == ["users.edit:company"])
    #expect(owed("users.edit:group", by: giver, to: subject()) == ["users.edit:group"])
  }

  @Test func `is owed for everybody when the receiver is elsewhere as well`() {
    let receiver = subject([groups.a, groups.b], company: companies.b)
    #expect(owed("users.edit:group", by: giver, to: receiver) == ["users.edit:all"])
    #expect(owed("users.edit:company", by: giver, to: receiver) == ["users.edit:all"])
    #expect(owed("users.edit:company", by: giver, to: subject()) == ["users.edit:all"])
  }

  @Test func `is owed for everybody when a group is given it, whoever will be in there`() {
    #expect(owed("users.edit:group", by: giver, to: nil) == ["users.edit:all"])
    #expect(owed("users.edit:company", by: giver, to: nil) == ["users.edit:all"])
  }

  @Test(arguments: ["users.edit:self", "users.edit:own", "users.edit:all"])
  func `leaves the other scopes as they are`(right: String) {
    #expect(owed(right, by: giver, to: nil) == [right])
  }
}

@Suite struct `A scope` {
  @Test(arguments: [
    (PermissionScope.all, "self own group company all"), (.company, "self own company"),
    (.group, "self own group"), (.own, "self own"), (.holder, "self"),
  ])
  func `covers what is within it`(scope: PermissionScope, covered: String) {
    let found = PermissionScope.allCases.filter { scope.covers($0) }.map(\.rawValue)
    #expect(found.joined(separator: " ") == covered)
  }
}

@Suite struct `Rights that are held` {
  private func rights(_ texts: String...) -> Rights {
    Rights(texts.compactMap { Right(stored: $0) })
  }

  @Test func `cover others by wider scopes, and nothing else`() {
    #expect(rights("a.x:all").cover(rights("a.x:group", "a.x:self")))
    #expect(!rights("a.x:group").cover(rights("a.x:company")))
    #expect(!rights("a.x:all").cover(rights("a.y:self")))
    #expect(rights().cover(rights()))
  }

  @Test func `lose from a difference what is held in a wider scope`() {
    let difference = rights("a.x:group", "a.y:own").subtracting(rights("a.x:all", "a.y:self"))
    #expect(difference == rights("a.y:own"))
  }
}

@Suite struct `Roles that are held` {
  private func held(_ rank: Int, _ right: String, until: Int64?) -> HeldRole {
    HeldRole(
      role: RoleID(high: 1, low: UInt64(rank)), isOwn: true,
      until: until.map { Timestamp(microseconds: $0) },
      holding: Holding(rights: Rights([Right(stored: right)].compactMap { $0 }), rank: rank))
  }

  @Test func `amount to the union of their rights and the highest rank`() {
    let holding = [held(100, "a.x:self", until: nil), held(300, "a.x:all", until: 5)].holding
    #expect(holding.rank == 300)
    #expect(holding.rights.sorted.map(\.text) == ["a.x:self", "a.x:all"])
  }

  @Test func `count as lasting when they end no sooner`() {
    let roles = [held(100, "a.x:self", until: nil), held(300, "a.y:all", until: 5)]
    #expect(roles.lasting(until: Timestamp(microseconds: 5)).rank == 300)
    #expect(roles.lasting(until: Timestamp(microseconds: 6)).rank == 100)
    #expect(roles.lasting(until: nil).rights.sorted.map(\.text) == ["a.x:self"])
  }
}

@Suite struct `Whoever takes a role from a group` {
  @Test func `needs a rank as high, and a higher one below the whole organization`() throws {
    let actor = subject(rank: 200)
    try actor.requireOutranking(200, within: .all)
    #expect(throws: Subject.Refusal.outranked) { try actor.requireOutranking(201, within: .all) }
    let reach = Reach.some(user: actor.user, groups: [groups.a], companies: [])
    try actor.requireOutranking(199, within: reach)
    #expect(throws: Subject.Refusal.outranked) { try actor.requireOutranking(200, within: reach) }
  }
}
