import Domain
import Testing

private let start = Timestamp(microseconds: 1_000_000)
private let later = Timestamp(microseconds: 2_000_000)

private func fields(_ name: String, _ description: String = "") -> GroupFields {
  GroupFields(name: Name(stored: name), description: Description(stored: description))
}

private func group(_ management: GroupManagement = .local) -> Group {
  Group(
    origin: Group.Origin(
      id: GroupID(high: 1, low: 1), organization: OrganizationID(high: 2, low: 2),
      management: management, createdAt: start),
    standing: Group.Standing(memberCount: 3, roles: [], version: 7, updatedAt: start),
    fields: fields("Support", "Answers the phone"))
}

private let directory = GroupManagement.directory(DirectoryID(high: 3, low: 3), externalID: nil)

@Suite struct `Creating a group` {
  @Test func `makes it local and empty`() throws {
    let group = try Group(
      id: GroupID(high: 1, low: 1), organization: OrganizationID(high: 2, low: 2),
      fields("Support"), at: start)
    #expect(group.management == .local)
    #expect(group.memberCount == 0)
    #expect(group.roles == [])
    #expect(group.version == 1)
    #expect(group.updatedAt == group.createdAt)
  }

  @Test(arguments: ["", " ", "\u{3000}"])
  func `needs a name`(name: String) {
    #expect(throws: Group.Refusal.nameBlank) {
      _ = try Group(
        id: GroupID(high: 1, low: 1), organization: OrganizationID(high: 2, low: 2),
        fields(name), at: start)
    }
  }
}

@Suite struct `Updating a group` {
  @Test func `takes the named fields and no other`() throws {
    var group = group()
    let new = fields("Help desk", "Answers mail")
    #expect(
      try group.update(new, fields: [.name], mode: .refuse, at: later) == [.name])
    #expect(group.fields == fields("Help desk", "Answers the phone"))
    #expect(group.version == 8)
    #expect(group.updatedAt == later)
  }

  @Test func `changes nothing when every named field has its value already`() throws {
    var group = group()
    let before = group
    let changed = try group.update(
      before.fields, fields: [.name, .description], mode: .refuse, at: later)
    #expect(changed == [])
    #expect(group == before)
  }

  @Test func `clears the description, and never the name`() throws {
    var group = group()
    _ = try group.update(fields(""), fields: [.description], mode: .refuse, at: later)
    #expect(group.fields.description.text == "")
    let before = group
    #expect(throws: Group.Refusal.nameBlank) {
      _ = try group.update(fields(" "), fields: [.name], mode: .refuse, at: later)
    }
    #expect(group == before)
  }

  @Test(
    arguments: [(.refuse, false, false), (.keep, true, false), (.overwrite, true, true)]
      as [(OrganizationSettings.GroupSyncMode, Bool, Bool)])
  func `leaves the name of a directory's group to the directory as the mode says`(
    mode: OrganizationSettings.GroupSyncMode, isAllowed: Bool, isOverwritten: Bool
  ) throws {
    var renamed = group(directory)
    if isAllowed {
      #expect(
        try renamed.update(fields("x"), fields: [.name], mode: mode, at: later) == [.name])
    } else {
      #expect(throws: Group.Refusal.externallyManaged) {
        _ = try renamed.update(fields("x"), fields: [.name], mode: mode, at: later)
      }
    }
    var described = group(directory)
    #expect(
      try described.update(fields("x", "y"), fields: [.description], mode: mode, at: later)
        == [.description])
    #expect(described.isOverwritten(in: mode) == isOverwritten)
    #expect(!group().isOverwritten(in: mode))
  }
}

@Suite struct `Deleting a group` {
  @Test func `is refused for a directory's where changes are`() throws {
    #expect(throws: Group.Refusal.externallyManaged) {
      try group(directory).checkDeletion(mode: .refuse)
    }
    try group(directory).checkDeletion(mode: .keep)
    try group(directory).checkDeletion(mode: .overwrite)
    try group().checkDeletion(mode: .refuse)
  }
}

@Suite struct `The description of a group` {
  @Test func `has up to 2,000 code points`() throws {
    #expect(
      try Description(String(repeating: "é", count: 2_000)).text.unicodeScalars.count
        == 2_000)
    #expect(throws: Description.Refusal.tooLong) {
      _ = try Description(String(repeating: "é", count: 2_001))
    }
  }

  @Test func `may have lines, and no other control characters`() throws {
    #expect(try Description("a\n\tb").text == "a\n\tb")
    for text in ["\u{0}", "\r", "\u{7f}", "\u{2028}"] {
      #expect(throws: Description.Refusal.controlCharacter) {
        _ = try Description(text)
      }
    }
  }
}
