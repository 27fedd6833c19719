import Domain
import Postgres
import Store
import TestSupport
import Testing

@Suite struct `Statements about organizations` {
  private static func organization(_ number: UInt64, slug: String) -> Organization {
    var settings = OrganizationSettings()
    settings.roleMode = .groups
    settings.userCreation = [.direct]
    return Organization(
      id: OrganizationID(uuid(number)), slug: Slug(stored: slug), name: Name(stored: "Ä & Co"),
      settings: settings, at: .newYear)
  }

  private static func insert(_ organization: Organization, _ fixture: StoreFixture) async throws {
    try await fixture.commit(InsertOrganization(organization), as: .of(organization.id))
  }

  @Test func `give back what was inserted, by id and by slug`() async throws {
    let organization = Self.organization(1, slug: "demo")
    let found = try await StoreFixture.with { fixture in
      try await Self.insert(organization, fixture)
      return [
        try await fixture.store.read(
          FindOrganization(organization: organization.id), as: .of(organization.id),
          deadline: nil),
        try await fixture.store.read(
          FindOrganizationBySlug(Slug(stored: "demo")), as: .system, deadline: nil),
        try await fixture.store.read(
          FindOrganizationBySlug(Slug(stored: "DEMO")), as: .system, deadline: nil),
        try await fixture.store.read(
          FindOrganization(organization: organization.id), as: .of(OrganizationID(uuid(2))),
          deadline: nil),
      ]
    }
    #expect(found == [[organization], [organization], [], []])
  }

  @Test func `refuse a slug that is taken`() async throws {
    let error = try await StoreFixture.with { fixture in
      try await Self.insert(Self.organization(1, slug: "demo"), fixture)
      return await #expect(throws: DatabaseError.self) {
        try await Self.insert(Self.organization(2, slug: "demo"), fixture)
      }
    }
    #expect(error == .uniqueViolation(constraint: "organizations_slug_key"))
  }

  @Test func `list in the order of creation, page by page`() async throws {
    let organizations = (1...5).map { Self.organization($0, slug: "demo-\($0)") }
    let pages = try await StoreFixture.with { fixture in
      for organization in organizations.reversed() {
        try await Self.insert(organization, fixture)
      }
      let store = fixture.store
      let some = [organizations[4].id, organizations[1].id, OrganizationID(uuid(99))]
      return [
        try await store.read(
          ListOrganizations(after: nil, limit: 3), as: .system, deadline: nil),
        try await store.read(
          ListOrganizations(after: organizations[2].id, limit: 3), as: .system, deadline: nil),
        try await store.read(
          ListOrganizationsOfToken(some, after: nil, limit: 3), as: .system, deadline: nil),
        try await store.read(
          ListOrganizationsOfToken(some, after: organizations[1].id, limit: 3), as: .system,
          deadline: nil),
      ]
    }
    #expect(
      pages.map { $0.map(\.slug.text) } == [
        ["demo-1", "demo-2", "demo-3"], ["demo-4", "demo-5"], ["demo-2", "demo-5"], ["demo-5"],
      ])
  }

  @Test func `store settings, and raise for a stale version`() async throws {
    var organization = Self.organization(1, slug: "demo")
    let created = organization
    var settings = OrganizationSettings()
    settings.timeZone = TimeZoneName(stored: "Europe/Lisbon")
    _ = try organization.update(settings, paths: ["time_zone"], at: .newYear.after(seconds: 1))
    let updated = organization
    let (found, error) = try await StoreFixture.with { fixture in
      try await Self.insert(created, fixture)
      let scope = Scope.of(created.id)
      try await fixture.commit(UpdateOrganizationSettings(updated), as: scope)
      let error = await #expect(throws: DatabaseError.self) {
        try await fixture.commit(UpdateOrganizationSettings(updated), as: scope)
      }
      return (
        try await fixture.commit(
          FindOrganizationForUpdate(organization: created.id), as: scope), error
      )
    }
    #expect(found == [updated])
    #expect(error == .expectationFailed)
  }

  @Test func `create inside a context that the transaction changed to the new id`() async throws {
    let organization = Self.organization(1, slug: "demo")
    let found = try await StoreFixture.with { fixture in
      let transaction = try await fixture.begin(.of(OrganizationID(.nil)))
      let key = RequestKey(
        organization: OrganizationID(.nil), principal: .system, request: RequestID(uuid(3)))
      var first = Batch()
      first.add(ClaimRequest(key, method: "m", digest: [UInt8](repeating: 0, count: 32)))
      _ = try await transaction.flush(first)
      transaction.setOrganization(
        high: organization.id.uuid.high, low: organization.id.uuid.low)
      var second = Batch()
      second.add(InsertOrganization(organization))
      _ = try await transaction.commit(second)
      return try await fixture.rows("SELECT slug FROM roster.organizations")
    }
    #expect(found == [["demo"]])
  }
}
