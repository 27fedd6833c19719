import Domain
import Store
import TestSupport
import Testing

@Suite struct `Lists of groups and members` {
  @Test func `have a text for each shape that the database can prepare`() async throws {
    let failures = try await TestDatabase.with { database, loop in
      var failures: [String] = []
      for (text, isSearch) in Self.texts {
        do {
          try await database.run(
            (isSearch ? "SET ROLE roster_search;" : "") + "PREPARE statement AS \(text)",
            as: "roster_service", loop: loop)
        } catch {
          failures.append("\(error)\n\(text)")
        }
      }
      return failures
    }
    #expect(failures == [])
    #expect(Self.texts.count == 256 + 16)
  }

  private static let texts =
    GroupShape.all.map { ($0.compile(), $0.isSearch) }
    + MemberShape.all.map { ($0.compile(), $0.isSearch) }

  @Test func `name the organization for every table, and their own wall in searches`() {
    for (text, isSearch) in Self.texts {
      let tables = text.matches(of: /(?:FROM|JOIN) roster\.\w+ AS (\w+)/).map { "\($0.1)" }
      for alias in Set(tables) {
        let named = text.matches(of: /(\w+)\.organization_id = \$1/).map { "\($0.1)" }
        #expect(named.contains(alias), "\(alias) in \(text)")
      }
      #expect(text.contains("current_setting('roster.organization')") == isSearch)
    }
  }

  @Test(
    arguments: [
      (group("name"), "51", "groups_name"),
      (group("member_count desc"), "51", "groups_member_count"),
      (group("name", search: "g1999"), "51, 'g1999'", "groups_"),
      (
        MemberShape(order: ListOrder(.joinTime), isSearch: false, isFirstPage: true).compile(),
        "md5('g1')::uuid, 51", "group_members_joined"
      ),
    ])
  func `keep their index under row-level security`(
    text: String, arguments: String, index: String
  ) async throws {
    let role = text.contains("current_setting") ? "SET ROLE roster_search;" : ""
    let plan = try await TestDatabase.with { database, loop in
      try await database.run(ExampleOwner.examples + Self.bulk, loop: loop)
      return try await database.run(
        role + ExampleOwner.a.context
          + "SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan;"
          + "PREPARE statement AS \(text);"
          + "EXPLAIN (COSTS OFF) EXECUTE statement "
          + ExampleOwner.a.fill("({O}, \(arguments))"),
        as: "roster_service", loop: loop
      ).compactMap { $0.first ?? nil }
    }
    #expect(
      plan.contains { $0.contains(index) },
      "\(plan.joined(separator: "\n"))")
  }

  private static func group(_ order: String, search: String? = nil) -> String {
    let organization = OrganizationID(uuid(1))
    let parts = order.split(separator: " ")
    let field = GroupSort(rawValue: String(parts[0])) ?? .name
    return GroupListQuery(
      organization, within: .all, .init(), search: search.flatMap { try? UserSearch($0) },
      by: ListOrder(field, isDescending: parts.count > 1), page: (nil, 51)
    ).shape.compile()
  }

  private static let bulk = """
    INSERT INTO roster.groups
      (organization_id, group_id, name, description, managed_by, created_at, updated_at)
    SELECT organization_id, md5('g' || n)::uuid, 'g' || n, '', 'local', now(), now()
      FROM roster.organizations, generate_series(1, 20000) AS n WHERE slug = 'slug-a';
    INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
      family_name, display_name, avatar_url, locale, attributes, created_at, updated_at)
    SELECT organization_id, md5('u' || n)::uuid, 'human', 'manual', 'active', '', '', 'n' || n, '',
           '', '{}', now(), now()
      FROM roster.organizations, generate_series(1, 20000) AS n WHERE slug = 'slug-a';
    INSERT INTO roster.group_members (organization_id, group_id, user_id, source, source_id,
      joined_at, added_by_kind, added_by)
    SELECT organization_id, md5('g1')::uuid, md5('u' || n)::uuid, 'directory', organization_id,
           now() + n * interval '1 second', 'user', organization_id
      FROM roster.organizations, generate_series(1, 20000) AS n WHERE slug = 'slug-a';
    ANALYZE;
    """
}
