import API
import Postgres
import RPC
import Service
import Store
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct `The sweep of roles` {
  private func sweep(_ world: World) async throws -> RoleSweep.Outcome {
    var configuration = try DatabaseConfiguration(
      world.database.conninfo(user: "roster_system"))
    configuration.narrowingQuestion = NarrowingQuestion.expression
    let database = Database(configuration, loop: world.loop, random: { 0 })
    return try await RoleSweep(database, ring: world.ring).sweep()
  }

  @Test func `tells once of each grant that has expired`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let beta = try await world.organization("beta")
      for organization in [acme, beta] {
        let user = try await world.user("u@example.com", in: organization)
        let group = try await world.group("g", [user], in: organization)
        let role = try await world.custom("a", in: organization)
        try await world.give(role, to: user)
        try await world.give(role, toGroup: group)
        try await world.give(try await world.custom("b", in: organization), to: user)
      }
      #expect(try await sweep(world) == RoleSweep.Outcome())
      _ = try await world.ask(
        """
        UPDATE roster.role_grants AS g
           SET valid_from = now() - interval '2 s', expires_at = now() - interval '1 s'
          FROM roster.roles AS r
         WHERE r.role_id = g.role_id AND r.key = 'a' RETURNING 'x'
        """)
      #expect(try await sweep(world) == RoleSweep.Outcome(expiredGrants: 4))
      #expect(try await sweep(world) == RoleSweep.Outcome())
      #expect(
        try await world.ask(
          """
          SELECT count(*) || ' ' || count(target_details) || ' ' || count(DISTINCT target_kind)
            FROM roster.events WHERE action = 'grant.expired' AND actor_kind = 'system'
          """) == ["4 4 2"])
    }
  }

  @Test func `records requests that nobody decided`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let user = try await world.user("u@example.com", with: "user", in: acme)
      let role = try await world.custom("a", in: acme)
      _ = try await world.acting(user).roles.requestRole(.role(role))
      #expect(try await sweep(world) == RoleSweep.Outcome())
      _ = try await world.ask(
        "UPDATE roster.role_requests SET expires_at = now() RETURNING 'x'")
      #expect(try await sweep(world) == RoleSweep.Outcome(expiredRequests: 1))
      #expect(try await sweep(world) == RoleSweep.Outcome())
      #expect(try await world.ask("SELECT state FROM roster.role_requests") == ["expired"])
      #expect(try await world.eventActions().last == "role_request.expired")
    }
  }
}
