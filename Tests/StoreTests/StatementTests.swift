import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Suite struct `Every statement` {
  @Test func `is an example here`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Store")
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    var declared: [String] = []
    for case let path as String in files where path.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      declared += text.matches(of: #/struct (\w+): Statement /#).map { String($0.1) }
    }
    #expect(declared.sorted() == StatementExample.all.map(\.name).sorted())
  }

  @Test func `names the organization first, but in System`() {
    let own = StatementExample.all.filter { [.reads, .changes, .adds].contains($0.wall) }
    for example in own {
      #expect(
        example.sql.contains("organization_id = $1") || example.sql.contains("VALUES ($1")
          || example.wall == .adds, "\(example.name)")
      #expect(example.types.hasPrefix("uuid"), "\(example.name)")
    }
  }

  @Test func `prepares and runs under its role`() async throws {
    let failures = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples, loop: loop)
      var failures: [String] = []
      // StoreAnswer needs the claim of its own transaction and RetirePermission a permission of the
      // operator's; RequireAdministrator raises, as it should; LOCK can't be prepared by itself.
      let others = ["StoreAnswer", "RequireAdministrator", "RetirePermission", "LockPermissions"]
      for example in StatementExample.all where !others.contains(example.name) {
        let owner = ExampleOwner.a
        let context =
          example.name == "InsertOrganization"
          ? owner.fill("SELECT set_config('roster.organization', ({N})::text, false);")
          : owner.context
        do {
          try await database.run(
            "BEGIN;" + context + example.prepare() + example.execute(owner) + "ROLLBACK",
            as: example.role, loop: loop)
        } catch {
          failures.append("\(example.name): \(error)")
        }
      }
      return failures
    }
    #expect(failures == [])
  }

  @Test func `keeps its index with row-level security forced`() async throws {
    let plans = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples + Self.bulk, loop: loop)
      var plans: [String] = []
      // FindRoleFacts reads catalogues only, whose sizes are the server's; LOCK has no plan.
      let others = ["FindRoleFacts", "LockPermissions"]
      for example in StatementExample.all where !others.contains(example.name) {
        let rows = try await database.run(
          "SET plan_cache_mode = force_generic_plan;" + ExampleOwner.a.context
            + example.prepare() + "EXPLAIN (COSTS OFF) " + example.execute(.a),
          as: example.role, loop: loop)
        plans.append("\(example.name) as \(example.role)")
        // The months of events go on; their plans are alike.
        plans += rows.map { row in
          "  "
            + (row.first.flatMap { $0 } ?? "").replacing(/events_\d{4}_\d{2}/, with: "events_month")
        }
        plans.append("")
      }
      let question = try await database.run(
        ExampleOwner.a.context + "EXPLAIN (COSTS OFF) SELECT \(NarrowingQuestion.expression)",
        as: "roster_service", loop: loop)
      plans.append("NarrowingQuestion as roster_service")
      return plans + question.map { "  " + ($0.first.flatMap { $0 } ?? "") } + [""]
    }
    #expect(try Golden("plans.txt").differences(from: plans.joined(separator: "\n")) == [])
  }

  /// Enough rows of one organization for plans to matter; ANALYZE reads all of them.
  private static let bulk = """
    INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
      family_name, display_name, avatar_url, locale, external_id, attributes, created_at,
      updated_at)
    SELECT organization_id, md5('u' || n)::uuid, 'human', 'manual', 'active', '', '', 'n' || n, '',
           '', 'e' || n, '{}', now(), now()
      FROM roster.organizations, generate_series(1, 10000) AS n WHERE slug = 'slug-a';
    INSERT INTO roster.emails
      (organization_id, email_id, user_id, address, is_primary, created_at)
    SELECT organization_id, user_id, user_id, display_name || '@x.example', true, now()
      FROM roster.users WHERE display_name <> '';
    INSERT INTO roster.subject_keys
    SELECT organization_id, user_id, 'key', now() FROM roster.users WHERE display_name <> '';
    INSERT INTO roster.groups
      (organization_id, group_id, name, description, managed_by, created_at, updated_at)
    SELECT organization_id, md5('g' || n)::uuid, 'g' || n, '', 'local', now(), now()
      FROM roster.organizations, generate_series(1, 2000) AS n WHERE slug = 'slug-a';
    INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
      joined_at, added_by_kind, added_by)
    SELECT organization_id, md5('g' || n % 2000 + 1)::uuid, md5('u' || n)::uuid, 'directory',
           organization_id, now(), 'user', organization_id
      FROM roster.organizations, generate_series(1, 10000) AS n WHERE slug = 'slug-a';
    INSERT INTO roster.idempotency_keys (organization_id, principal_kind, principal_id, request_id,
      method, request_digest, answer, expires_at)
    SELECT organization_id, 'user', user_id, user_id, 'm', sha256('a'), 'sealed',
           now() + interval '1 day'
      FROM roster.users WHERE display_name <> '';
    INSERT INTO roster.events (organization_id, event_id, epoch, xid, at, actor_kind, actor_id,
      action, target_kind, target_id, outcome)
    SELECT organization_id,
           (substr(roster.event_id_floor(
                     date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
                     + make_interval(months => n % 5 - 1, days => 2))::text, 1, 14)
            || substr(md5(n::text)::uuid::text, 15))::uuid,
           1, (n / 2)::text::xid8, now(), 'user', md5('u' || n)::uuid, 'user.a' || n % 20, 'user',
           md5('u' || n)::uuid, 'succeeded'
      FROM roster.organizations, generate_series(1, 20000) AS n WHERE slug = 'slug-a';
    INSERT INTO roster.outbox
      (organization_id, outbox_id, kind, template, subject_id, payload, created_at, next_at)
    SELECT organization_id, user_id, 'email', 'user_created', user_id, '', now(), now()
      FROM roster.users WHERE display_name <> '';
    INSERT INTO roster.event_seals
    SELECT organization_id, n, 1, '1:1:', 1, sha256('a'), sha256('b'), now()
      FROM roster.organizations, generate_series(2, 5000) AS n WHERE slug = 'slug-a';
    INSERT INTO roster.organizations
      (organization_id, slug, name, state, created_at, updated_at)
    SELECT md5('o' || n)::uuid, 'o' || n, '', 'active', now(), now()
      FROM generate_series(1, 5000) AS n;
    INSERT INTO roster.service_tokens (token_id, hash, name, methods, act_for_users, created_at)
    SELECT md5('t' || n)::uuid, sha256(n::text::bytea), '', ARRAY['*'], false, now()
      FROM generate_series(1, 5000) AS n;
    ANALYZE;
    """
}
