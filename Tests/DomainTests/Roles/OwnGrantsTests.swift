import Domain
import Testing

private let now = Timestamp(microseconds: 1_000)
private let user = RoleHolder.user(UserID(high: 1, low: 1))
private let group = RoleHolder.group(GroupID(high: 1, low: 2))
private let (reader, writer) = (RoleID(high: 2, low: 1), RoleID(high: 2, low: 2))

private func instant(_ microseconds: Int64) -> Timestamp { Timestamp(microseconds: microseconds) }

private func wish(
  _ role: RoleID, to holder: RoleHolder = user, from: Int64? = nil, until: Int64? = nil
) -> RoleGrant.Wish {
  RoleGrant.Wish(
    role: role, holder: holder,
    validity: RoleGrant.Validity(from: from.map(instant), until: until.map(instant)))
}

private func grant(_ wish: RoleGrant.Wish, _ number: UInt64 = 1) throws -> RoleGrant {
  try RoleGrant(
    id: GrantID(high: 3, low: number), organization: OrganizationID(high: 4, low: 1), wish,
    by: .system, at: now)
}

@Suite struct `A grant` {
  @Test func `holds from its beginning until its end`() throws {
    let grant = try grant(wish(reader, from: 2_000, until: 3_000))
    #expect(!grant.isLive(at: instant(1_999)))
    #expect(grant.isLive(at: instant(2_000)))
    #expect(grant.isLive(at: instant(2_999)))
    #expect(!grant.isLive(at: instant(3_000)))
    #expect(!grant.hasEnded(at: instant(2_999)) && grant.hasEnded(at: instant(3_000)))
  }

  @Test(arguments: [(nil, 1_000), (nil, 999), (2_000, 2_000), (500, 900)] as [(Int64?, Int64)])
  func `is refused when it would end before it begins`(from: Int64?, until: Int64) {
    #expect(throws: RoleGrant.Refusal.expiresTooEarly) {
      try grant(wish(reader, from: from, until: until))
    }
  }

  @Test func `keeps its first revocation`() throws {
    var grant = try grant(wish(reader))
    let isFirst = grant.revoke(at: instant(1_500), by: .system)
    let isSecond = grant.revoke(at: instant(1_600), by: .user(UserID(high: 1, low: 9)))
    #expect(isFirst && !isSecond)
    #expect(grant.revocation == RoleGrant.Revocation(at: instant(1_500), by: .system))
    #expect(!grant.isLive(at: instant(1_500)))
  }

  @Test func `that has expired is not revoked`() throws {
    var grant = try grant(wish(reader, until: 2_000))
    let isChanged = grant.revoke(at: instant(2_000), by: .system)
    #expect(!isChanged && grant.revocation == nil)
  }
}

@Suite struct `Giving a role` {
  @Test func `makes a grant for who has none`() throws {
    #expect(try OwnGrants([]).giving(wish(reader), in: .both, at: now) == nil)
  }

  @Test(
    arguments: [(nil, nil), (nil, 5_000), (6_000, 5_000), (5_000, 5_000)] as [(Int64?, Int64?)])
  func `keeps a grant that lasts as long`(standing: Int64?, wished: Int64?) throws {
    let present = try grant(wish(reader, until: standing))
    let kept = try OwnGrants([present]).giving(wish(reader, until: wished), in: .both, at: now)
    #expect(kept == present)
  }

  @Test(arguments: [(4_999, 5_000), (5_000, nil)] as [(Int64?, Int64?)])
  func `makes a longer one beside a shorter`(standing: Int64?, wished: Int64?) throws {
    let present = try grant(wish(reader, until: standing))
    let kept = try OwnGrants([present]).giving(wish(reader, until: wished), in: .both, at: now)
    #expect(kept == nil)
  }

  @Test func `makes one that begins earlier`() throws {
    let present = try grant(wish(reader, from: 3_000))
    let own = OwnGrants([present])
    #expect(try own.giving(wish(reader), in: .both, at: now) == nil)
    #expect(try own.giving(wish(reader, from: 3_000), in: .both, at: now) == present)
  }

  @Test func `is refused to users where groups carry the roles`() throws {
    #expect(throws: OwnGrants.Refusal.byGroupsOnly) {
      try OwnGrants([]).giving(wish(reader), in: .groups, at: now)
    }
    #expect(try OwnGrants([]).giving(wish(reader, to: group), in: .groups, at: now) == nil)
  }

  @Test func `is refused for a second role where users have one`() throws {
    let own = OwnGrants([try grant(wish(reader, until: 5_000))])
    #expect(throws: OwnGrants.Refusal.single) {
      try own.giving(wish(writer), in: .single, at: now)
    }
    #expect(try own.giving(wish(reader), in: .single, at: now) == nil)
    let ofGroup = OwnGrants([try grant(wish(reader, to: group))])
    #expect(try ofGroup.giving(wish(writer, to: group), in: .single, at: now) == nil)
  }

  @Test func `is refused past 200 grants, and not at it`() throws {
    let full = try (1...200).map { try grant(wish(reader, until: 5_000), $0) }
    #expect(try OwnGrants(Array(full.dropLast())).giving(wish(writer), in: .both, at: now) == nil)
    #expect(throws: OwnGrants.Refusal.tooMany) {
      try OwnGrants(full).giving(wish(writer), in: .both, at: now)
    }
    #expect(
      try OwnGrants(full).giving(wish(reader, until: 5_000), in: .both, at: now) == full[0])
  }
}

@Suite struct `Replacing roles` {
  @Test func `ends every other grant, those to come too`() throws {
    let others = [try grant(wish(writer), 1), try grant(wish(writer, from: 9_000), 2)]
    let (kept, ending) = try OwnGrants(others).replacing(by: wish(reader), in: .single, at: now)
    #expect(kept == nil)
    #expect(ending == others)
  }

  @Test func `keeps the one that is for good already, and ends the rest`() throws {
    let lasting = try grant(wish(reader), 1)
    let rest = [try grant(wish(reader, until: 5_000), 2), try grant(wish(writer), 3)]
    let (kept, ending) = try OwnGrants([lasting] + rest)
      .replacing(by: wish(reader), in: .both, at: now)
    #expect(kept == lasting)
    #expect(ending == rest)
  }

  @Test func `does not keep one that is yet to begin, or will end`() throws {
    let others = [
      try grant(wish(reader, from: 9_000), 1), try grant(wish(reader, until: 9_000), 2),
    ]
    let (kept, ending) = try OwnGrants(others).replacing(by: wish(reader), in: .both, at: now)
    #expect(kept == nil)
    #expect(ending == others)
  }

  @Test func `is refused where groups carry the roles`() {
    #expect(throws: OwnGrants.Refusal.byGroupsOnly) {
      try OwnGrants([]).replacing(by: wish(reader), in: .groups, at: now)
    }
  }
}
