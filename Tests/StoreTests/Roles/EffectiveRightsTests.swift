import Domain
import Postgres
import Store
import TestSupport
import Testing

/// SplitMix64: the same numbers for the same seed.
private struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

/// Random changes, made in the database by our statements and in the model by hand.
private struct Play {
  let fixture: StoreFixture
  let organization: OrganizationID
  let users = (1...4).map { UserID(uuid($0)) }
  let groups = (11...13).map { GroupID(uuid($0)) }
  let roles = (21...24).map { RoleID(uuid($0)) }
  var model = RightsModel()
  var dice: Dice
  /// The database's time when it began; instants are whole hours around it.
  let start: Timestamp
  private var grantCount: UInt64 = 0

  init(_ fixture: StoreFixture, seed: UInt64) async throws {
    self.fixture = fixture
    dice = Dice(state: seed)
    organization = OrganizationID(uuid(100))
    for number in 1...4 {
      let user = User.example(UInt64(number), email: "u\(number)@demo.example")
      if number == 1 {
        try await fixture.add(user)
      } else {
        try await fixture.commit(
          InsertUser(user, emailID: EmailID(user.id.uuid)), as: .of(organization))
      }
    }
    let text = try await fixture.rows("SELECT (extract(epoch FROM now()) * 1000000)::int8")
    start = Timestamp(microseconds: Int64(text[0][0] ?? "") ?? 0)
    for group in groups {
      _ = try await fixture.rows(
        """
        INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
          created_at, updated_at)
        VALUES ('\(organization.text)', '\(group.text)', '\(group.text)', '', 'local', now(), now())
        """)
    }
    for role in roles {
      let made = try Role(
        id: role, organization: organization, key: RoleKey(stored: "r\(role.uuid.low & 0xFF)"),
        content: content(role, rights: [], rank: 0), at: .newYear)
      try await fixture.commit(InsertRole(made), as: .of(organization))
      model.roles[role] = Holding()
    }
  }

  private func content(_ role: RoleID, rights: [Right], rank: Int) -> Role.Content {
    Role.Content(
      name: Name(stored: role.text), description: .empty, rank: rank, rights: Rights(rights))
  }

  private mutating func hour(_ range: ClosedRange<Int>) -> Timestamp {
    start.after(seconds: Int64(Int.random(in: range, using: &dice)) * 3_600 + 1_800)
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &dice)]
  }

  mutating func step() async throws {
    switch Int.random(in: 0..<12, using: &dice) {
    case 0...3: try await grant()
    case 4, 5: try await revoke()
    case 6, 7: try await join()
    case 8: try await leave()
    case 9: try await suspend()
    case 10: try await edit()
    default: try await pass()
    }
  }

  private mutating func grant() async throws {
    grantCount += 1
    let holder: RoleHolder =
      Bool.random(using: &dice) ? .user(pick(users)) : .group(pick(groups))
    let (from, length) = (hour(-6...3), Int64(Int.random(in: 1...8, using: &dice)))
    let until = Bool.random(using: &dice) ? from.after(seconds: length * 3_600) : nil
    let wish = RoleGrant.Wish(
      role: pick(roles), holder: holder, validity: RoleGrant.Validity(from: from, until: until))
    let grant = RoleGrant(
      id: GrantID(uuid(10_000 + grantCount)), organization: organization, wish, by: .system,
      createdAt: from, revocation: nil)
    try await fixture.commit(InsertGrant(grant), as: .of(organization))
    model.grants.append(
      RightsModel.Grant(
        id: grant.id, role: wish.role, holder: holder, from: from,
        until: until ?? RightsModel.never))
  }

  private mutating func revoke() async throws {
    guard
      let index = model.grants.indices.filter({ !model.grants[$0].isRevoked })
        .randomElement(using: &dice)
    else { return }
    let id = model.grants[index].id
    let stored = try await fixture.store.read(
      FindGrant(organization: organization, grant: id), as: .of(organization), deadline: nil)
    var grant = try #require(stored.first)
    // One that has expired is not revoked.
    let before = grant.validFrom
    guard grant.revoke(at: before, by: .system) else { return }
    try await fixture.commit(RevokeGrant(grant), as: .of(organization))
    model.grants[index].isRevoked = true
  }

  private mutating func join() async throws {
    let (group, user) = (pick(groups), pick(users))
    let until = Bool.random(using: &dice) ? hour(-2...6) : nil
    guard !model.members.contains(where: { $0.group == group && $0.user == user }) else { return }
    let expiry = until.map { "to_timestamp(\($0.microseconds) / 1000000.0)" } ?? "NULL"
    _ = try await fixture.rows(
      """
      INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
        joined_at, added_by_kind, added_by, expires_at)
      VALUES ('\(organization.text)', '\(group.text)', '\(user.text)', 'manual', '\(user.text)',
        now(), 'system', '\(user.text)', \(expiry))
      """)
    model.members.append(
      RightsModel.Member(group: group, user: user, until: until ?? RightsModel.never))
  }

  private mutating func leave() async throws {
    guard let index = model.members.indices.randomElement(using: &dice) else { return }
    let member = model.members.remove(at: index)
    _ = try await fixture.rows(
      "DELETE FROM roster.group_members WHERE group_id = '\(member.group.text)' "
        + "AND user_id = '\(member.user.text)'")
  }

  private mutating func suspend() async throws {
    guard let index = model.members.indices.randomElement(using: &dice) else { return }
    model.members[index].isSuspended.toggle()
    let member = model.members[index]
    _ = try await fixture.rows(
      "UPDATE roster.group_members SET suspended_at = \(member.isSuspended ? "now()" : "NULL") "
        + "WHERE group_id = '\(member.group.text)' AND user_id = '\(member.user.text)'")
  }

  private mutating func edit() async throws {
    let id = pick(roles)
    let permissions = ["users.read", "users.edit", "groups.read"].map {
      PermissionName(stored: $0)
    }
    var rights: [Right] = []
    for _ in 0..<Int.random(in: 0...4, using: &dice) {
      rights.append(Right(pick(permissions), pick(PermissionScope.allCases)))
    }
    let rank = Int.random(in: 0...1_000, using: &dice)
    let stored = try await fixture.store.read(
      FindRole(organization: organization, role: id), as: .of(organization), deadline: nil)
    var role = try #require(stored.first)
    guard try role.update(content(id, rights: rights, rank: rank), at: .newYear) else { return }
    try await fixture.commit(UpdateRole(role), as: .of(organization))
    model.roles[id] = Holding(rights: Rights(rights), rank: rank)
  }

  /// An hour passes: every instant in the rows is an hour earlier.
  private mutating func pass() async throws {
    _ = try await fixture.rows(
      """
      UPDATE roster.role_grants
         SET valid_from = valid_from - interval '1 h', expires_at = expires_at - interval '1 h';
      UPDATE roster.group_members SET expires_at = expires_at - interval '1 h'
      """)
    let hour = Duration.seconds(-3_600)
    for index in model.grants.indices {
      model.grants[index].from = model.grants[index].from.advanced(by: hour)
      guard model.grants[index].until != RightsModel.never else { continue }
      model.grants[index].until = model.grants[index].until.advanced(by: hour)
    }
    for index in model.members.indices where model.members[index].until != RightsModel.never {
      model.members[index].until = model.members[index].until.advanced(by: hour)
    }
  }

  /// Compares what every user may do with the model, as of one transaction's time.
  func check() async throws {
    let transaction = try await fixture.begin(.of(organization))
    var batch = Batch()
    let subjects = users.map { batch.add(FindSubject(organization: organization, user: $0)) }
    let held = users.map { batch.add(FindHeldRoles(organization: organization, user: $0)) }
    let found = try await transaction.flush(batch)
    let now = Timestamp(microseconds: transaction.time)
    await transaction.rollback()
    for (index, user) in users.enumerated() {
      let subject = try #require(try found.row(subjects[index]))
      let expected = model.holding(of: user, at: now)
      #expect(subject.rights == expected.rights && subject.rank == expected.rank)
      let roles = try found.rows(held[index])
      #expect(Set(roles) == model.held(by: user, at: now))
      #expect(roles.holding == expected)
    }
  }
}

@Suite(.timeLimit(.minutes(10))) struct `What users may do` {
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `is what the model says after every change`(seed: UInt64) async throws {
    try await StoreFixture.with { fixture in
      var play = try await Play(fixture, seed: seed)
      for _ in 0..<500 {
        try await play.step()
        try await play.check()
      }
      // Otherwise nothing was compared.
      #expect(play.model.grants.count > 50)
    }
  }
}
