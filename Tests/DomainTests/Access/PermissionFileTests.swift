import Domain
import Testing

@Suite struct `A file of permissions` {
  @Test func `names permissions with their descriptions and scopes`() throws {
    let file = try PermissionFile(
      #"[{"permission":"agents.edit","description":"Edit","scopes":["own","all"]}]"#)
    #expect(file.entries.map(\.name.text) == ["agents.edit"])
    #expect(file.entries.map(\.description.text) == ["Edit"])
    #expect(file.entries.map(\.scopes) == [[.own, .all]])
    #expect(try PermissionFile(" [] ").entries.isEmpty)
  }

  @Test(arguments: ["", "{}", "[", "null", #"["a"] x"#])
  func `is refused when it is no list`(text: String) {
    #expect(throws: PermissionFile.Refusal.malformed) { try PermissionFile(text) }
  }

  @Test(
    arguments: [
      (#"1"#, .notAnObject),
      (#"{"permission":"a.b","description":"","scopes":["all"],"scope":""}"#, .keyUnknown("scope")),
      (#"{"description":"","scopes":["all"]}"#, .nameInvalid),
      (#"{"permission":"agents","description":"","scopes":["all"]}"#, .nameInvalid),
      (#"{"permission":"A.b","description":"","scopes":["all"]}"#, .nameInvalid),
      (#"{"permission":"a.b","scopes":["all"]}"#, .descriptionInvalid),
      (#"{"permission":"a.b","description":"\u0007","scopes":["all"]}"#, .descriptionInvalid),
      (#"{"permission":"a.b","description":""}"#, .scopesInvalid),
      (#"{"permission":"a.b","description":"","scopes":[]}"#, .scopesInvalid),
      (#"{"permission":"a.b","description":"","scopes":["every"]}"#, .scopesInvalid),
      (#"{"permission":"a.b","description":"","scopes":["all","all"]}"#, .scopesInvalid),
      (#"{"permission":"x.y","description":"","scopes":["all"]}"#, .repeated("x.y")),
    ] as [(String, PermissionFile.Problem)])
  func `is refused for the first entry that is wrong`(
    entry: String, problem: PermissionFile.Problem
  ) {
    let first = #"{"permission":"x.y","description":"","scopes":["all"]}"#
    #expect(throws: PermissionFile.Refusal.entry(2, problem)) {
      try PermissionFile("[\(first),\(entry)]")
    }
  }
}

@Suite struct `A change of the catalogue` {
  private func permission(
    _ name: String, at position: Int, isBuiltIn: Bool = false, isRetired: Bool = false,
    _ scopes: Set<PermissionScope> = [.all]
  ) -> Permission {
    Permission(
      name: PermissionName(stored: name), position: position, description: .empty,
      scopes: scopes, isBuiltIn: isBuiltIn, isRetired: isRetired)
  }

  private func file(_ names: String...) throws -> PermissionFile {
    let entries = names.map { #"{"permission":"\#($0)","description":"","scopes":["all"]}"# }
    return try PermissionFile("[\(entries.joined(separator: ","))]")
  }

  @Test func `gives new ones positions from the highest that none has had`() throws {
    let change = try CatalogueChange(
      from: [
        permission("users.read", at: 0, isBuiltIn: true),
        permission("agents.old", at: 254, isRetired: true), permission("agents.use", at: 255),
      ], to: try file("agents.use", "agents.edit", "agents.train"))
    #expect(change.added.map(\.position) == [253, 252])
    #expect(change.added.map(\.name.text) == ["agents.edit", "agents.train"])
    #expect(change.changed.isEmpty && change.retired.isEmpty)
  }

  @Test func `retires what the file lacks, and nothing of Roster's own`() throws {
    let change = try CatalogueChange(
      from: [
        permission("users.read", at: 0, isBuiltIn: true), permission("agents.use", at: 255),
        permission("agents.old", at: 254, isRetired: true),
      ], to: try file())
    #expect(change.retired.map(\.name.text) == ["agents.use"])
  }

  @Test func `brings a retired one back at its position`() throws {
    let change = try CatalogueChange(
      from: [permission("agents.old", at: 254, isRetired: true)], to: try file("agents.old"))
    #expect(change.changed == [permission("agents.old", at: 254)])
    #expect(change.added.isEmpty)
  }

  @Test func `takes over other scopes, and nothing when all is as it was`() throws {
    let before = [permission("agents.use", at: 255, [.own])]
    let change = try CatalogueChange(from: before, to: try file("agents.use"))
    #expect(change.changed == [permission("agents.use", at: 255)])
    #expect(
      try CatalogueChange(from: change.changed, to: try file("agents.use")).isEmpty)
  }

  @Test func `is refused for a permission of Roster's own`() throws {
    #expect(throws: CatalogueChange.Refusal.builtIn(PermissionName(stored: "users.read"))) {
      try CatalogueChange(
        from: [permission("users.read", at: 0, isBuiltIn: true)], to: try file("users.read"))
    }
  }

  @Test func `is refused past 256, and not at it`() throws {
    let full = (0..<255).map { permission("a.x\($0)", at: $0, isBuiltIn: true) }
    #expect(try CatalogueChange(from: full, to: try file("b.x")).added.map(\.position) == [255])
    #expect(throws: CatalogueChange.Refusal.tooMany) {
      try CatalogueChange(from: full, to: try file("b.x", "b.y"))
    }
  }
}
