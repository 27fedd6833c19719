import API
import Crypto
import Domain
import Postgres
import RPC
import Service
import TestSupport
import Testing

@Suite struct `Sweeping expired memberships` {
  private func sweep(_ world: World) throws -> MembershipSweep {
    var configuration = try DatabaseConfiguration(world.database.system)
    configuration.systemRole = nil
    let ground = ServiceGround(
      ring: world.ring, hashPool: World.hashPool, now: { World.wallClock() }, report: { _, _ in })
    return MembershipSweep(
      Database(configuration, loop: world.loop, random: { SecureRandom().word() }),
      ground: ground)
  }

  @Test func `deletes what has expired, counts and tells it`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let beta = try await world.organization("beta")
      let ada = try await world.user("ada@example.com", in: acme)
      let bob = try await world.user("bob@example.com", in: acme)
      let eve = try await world.user("eve@example.com", in: beta)
      let support = try await world.group("Support", in: acme)
      let sales = try await world.group("Sales", in: beta)
      let past = "now() - interval '1 minute'"
      try await world.put(ada, into: support, source: "manual", until: past)
      try await world.put(ada, into: support, source: "directory", until: past)
      try await world.put(bob, into: support, source: "manual", until: "now() + interval '1 day'")
      try await world.put(bob, into: support, source: "import", until: past)
      try await world.put(eve, into: sales, source: "import", until: past)
      #expect(try await world.root.groups.getGroup(.group(support)).group.memberCount == 2)

      let sweep = try sweep(world)
      #expect(try await sweep.step() + sweep.step() == 4)
      #expect(try await sweep.step() == 0)
      #expect(try await world.members(of: support) == ["bob@example.com manual"])
      #expect(try await world.members(of: sales) == [])
      #expect(try await world.root.groups.getGroup(.group(support)).group.memberCount == 1)
      #expect(
        try await world.ask(
          """
          SELECT e.address || ' ' || count(*) || ' ' || bool_and(v.target_details IS NOT NULL)
            FROM roster.events AS v
            JOIN roster.emails AS e ON e.user_id = v.target_id
           WHERE v.action = 'group.member_expired' AND v.actor_kind = 'system'
           GROUP BY e.address ORDER BY e.address
          """) == [
            "ada@example.com 2 true", "bob@example.com 1 true", "eve@example.com 1 true",
          ])
    }
  }

  @Test func `takes 1,000 at a time, and two at once delete each row once`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      _ = try await world.group("Support", in: acme)
      _ = try await world.ask(
        """
        INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
          family_name, display_name, avatar_url, locale, attributes, created_at, updated_at)
        SELECT '\(acme.organizationID)', gen_random_uuid(), 'human', 'import', 'active', '', '',
               'u' || n, '', '', '{}', now(), now()
          FROM generate_series(1, 1500) AS n;
        INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
          joined_at, added_by_kind, added_by, expires_at)
        SELECT g.organization_id, g.group_id, u.user_id, 'manual',
               '00000000-0000-0000-0000-000000000000', now(), 'user', u.user_id,
               now() - interval '1 minute'
          FROM roster.groups AS g JOIN roster.users AS u USING (organization_id) RETURNING 'x'
        """)
      let sweep = try sweep(world)
      let counts = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<2 { group.addTask { try await sweep.step() } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts == [1_000, 1_000])
      #expect(try await sweep.step() == 500)
      #expect(try await sweep.step() == 0)
      #expect(try await world.count("roster.events WHERE action = 'group.member_expired'") == 1_500)
      #expect(try await world.ask("SELECT member_count FROM roster.groups") == ["0"])
    }
  }
}
