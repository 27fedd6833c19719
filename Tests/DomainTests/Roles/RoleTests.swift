import Domain
import Testing

private let now = Timestamp(microseconds: 1_000)

private func content(name: String = "Auditor", rank: Int = 100) -> Role.Content {
  Role.Content(
    name: Name(stored: name), description: .empty, rank: rank,
    rights: Rights([Right(stored: "events.read:all")].compactMap { $0 }))
}

private func role(_ content: Role.Content) throws -> Role {
  try Role(
    id: RoleID(high: 1, low: 1), organization: OrganizationID(high: 2, low: 1),
    key: RoleKey(stored: "auditor"), content: content, at: now)
}

@Suite struct `A role` {
  @Test func `has a name and a rank of 0 to 1,000`() throws {
    #expect(try role(content(rank: 0)).content.rank == 0)
    #expect(try role(content(rank: 1_000)).content.rank == 1_000)
    for rank in [-1, 1_001] {
      #expect(throws: Role.Refusal.rankOutOfRange) { try role(content(rank: rank)) }
    }
    #expect(throws: Role.Refusal.nameMissing) { try role(content(name: " ")) }
  }

  @Test func `counts its changes, and nothing that changes nothing`() throws {
    var role = try role(content())
    let later = Timestamp(microseconds: 2_000)
    #expect(try !role.update(content(), at: later))
    #expect(role.version == 1 && role.updatedAt == now)
    #expect(try role.update(content(rank: 200), at: later))
    #expect(role.version == 2 && role.updatedAt == later)
    #expect(throws: Role.Refusal.rankOutOfRange) {
      try role.update(content(rank: -1), at: later)
    }
    #expect(role.content.rank == 200)
  }

  @Test(arguments: [
    ("a", true), ("super_admin", true), ("read-only", true), ("a1", true), ("", false),
    ("A", false), ("1a", false), ("_a", false), ("a b", false), ("ä", false),
    (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false),
  ])
  func `is named by a key of 1 to 63 plain letters`(text: String, isKey: Bool) {
    #expect((RoleKey(text) != nil) == isKey)
  }
}

@Suite struct `A role template` {
  @Test(arguments: [
    (OrganizationSettings.RoleTemplate.userManagerAdmin, "user manager admin super_admin"),
    (.readonlyTrainConfigureAdmin, "readonly train configure admin"),
    (.adminReadOnly, "read_only admin"), (.none, ""),
  ])
  func `has its roles from the lowest rank`(
    template: OrganizationSettings.RoleTemplate, keys: String
  ) {
    let roles = template.roles
    #expect(roles.map(\.key.text).joined(separator: " ") == keys)
    #expect(roles.map(\.rank) == roles.map(\.rank).sorted())
    #expect(Set(roles.map(\.rank)).count == roles.count)
  }

  @Test func `leaves out what the installation's catalogue does not know`() throws {
    let known = Permission(
      name: PermissionName(stored: "users.read"), position: 0, description: .empty,
      scopes: [.all], isBuiltIn: true, isRetired: false)
    let template = OrganizationSettings.RoleTemplate.userManagerAdmin
    let rights = template.roles.map {
      $0.made(
        RoleID(high: 1, low: 1), in: OrganizationID(high: 2, low: 1), limitedTo: [known], at: now
      ).content.rights.sorted.map(\.text)
    }
    #expect(rights == [[], [], ["users.read:all"], ["users.read:all"]])
  }
}
