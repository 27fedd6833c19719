import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `A group` {
  @Test func `is created local and empty, and found`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let response = try await world.root.groups.createGroup(
        .with {
          $0.organizationID = acme.organizationID
          $0.group.name = "Support"
          $0.group.description_p = "Answers the phone"
        })
      #expect(response.changed)
      let group = response.group
      #expect(group.name == "Support")
      #expect(group.description_p == "Answers the phone")
      #expect(group.managedBy == .local)
      #expect(group.memberCount == 0)
      #expect(group.etag == "1")
      #expect(try await world.root.groups.getGroup(.group(group)).group == group)
      #expect(try await world.eventActions() == ["organization.created", "group.created"])
    }
  }

  @Test(arguments: ["", "  "])
  func `needs a name`(name: String) async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let status = await failure { () throws(Status) in
        try await world.root.groups.createGroup(.named(name, in: acme))
      }
      #expect(status.reason == "FIELD_REQUIRED")
    }
  }

  @Test func `has a name of 200 code points and a description of 2,000 at most`() async throws {
    try await World.with { world in
      let acme = try await world.organization()
      let request = { @Sendable (name: Int, description: Int) in
        var request = Roster_V1_CreateGroupRequest.named(
          String(repeating: "n", count: name), in: acme)
        request.group.description_p = String(repeating: "d", count: description)
        return request
      }
      #expect(try await world.root.groups.createGroup(request(200, 2_000)).changed)
      let name = await failure { () throws(Status) in
        try await world.root.groups.createGroup(request(201, 0))
      }
      #expect(name.reason == "NAME_TOO_LONG")
      let description = await failure { () throws(Status) in
        try await world.root.groups.createGroup(request(9, 2_001))
      }
      #expect(description.reason == "TEXT_TOO_LONG")
    }
  }

  @Test(arguments: ["support", "SUPPORT", "Ｓupport"])
  func `has a name that no other has, whatever its case and form`(name: String) async throws {
    try await World.with { world in
      let acme = try await world.organization()
      _ = try await world.group("Support", in: acme)
      let status = await failure { () throws(Status) in
        try await world.root.groups.createGroup(.named(name, in: acme))
      }
      #expect(status.reason == "GROUP_NAME_ALREADY_EXISTS")
      #expect(status.code == .alreadyExists)
      _ = try await world.group(name, in: try await world.organization("beta"))

      let other = try await world.group("Sales", in: acme)
      let renamed = await failure { () throws(Status) in
        try await world.root.groups.updateGroup(.group(other, .with { $0.name = name }))
      }
      #expect(renamed.reason == "GROUP_NAME_ALREADY_EXISTS")
    }
  }

  @Test func `changes the fields of the mask, once`() async throws {
    try await World.with { world in
      let group = try await world.group("Support", in: try await world.organization())
      let fields = Roster_V1_GroupFields.with {
        $0.name = "Help desk"
        $0.description_p = "Answers mail"
      }
      let request = Roster_V1_UpdateGroupRequest.group(group, fields, mask: ["description"])
      let first = try await world.root.groups.updateGroup(request)
      #expect(first.changed)
      #expect(first.group.name == "Support")
      #expect(first.group.description_p == "Answers mail")
      #expect(first.group.etag == "2")
      let second = try await world.root.groups.updateGroup(request)
      #expect(!second.changed)
      #expect(second.group == first.group)
      #expect(try await world.count("roster.events WHERE action = 'group.updated'") == 1)
    }
  }

  @Test func `is not changed by a stale etag, a wrong mask or an empty name`() async throws {
    try await World.with { world in
      let group = try await world.group("Support", in: try await world.organization())
      var stale = Roster_V1_UpdateGroupRequest.group(group, .with { $0.name = "x" })
      stale.etag = "7"
      let requests: [(Roster_V1_UpdateGroupRequest, String)] = [
        (stale, "ETAG_MISMATCH"),
        (.group(group, .init(), mask: ["color"]), "FIELD_MASK_INVALID"),
        (.group(group, .init(), mask: ["member_count"]), "FIELD_NOT_WRITABLE"),
        (.group(group, .init(), mask: ["*"]), "FIELD_REQUIRED"),
      ]
      for (request, reason) in requests {
        let status = await failure { () throws(Status) in
          try await world.root.groups.updateGroup(request)
        }
        #expect(status.reason == reason)
      }
      #expect(try await world.root.groups.getGroup(.group(group)).group == group)
    }
  }

  @Test(
    arguments: [(.refuse, nil), (.keep, 0), (.overwrite, 1)]
      as [(Roster_V1_GroupSyncMode, Int?)])
  func `of a directory is renamed and deleted as the organization's mode says`(
    mode: Roster_V1_GroupSyncMode, warningCount: Int?
  ) async throws {
    try await World.with { world in
      let acme = try await world.organization(settings: .with { $0.groupSyncMode = mode })
      let group = try await world.group("Support", in: acme)
      try await world.manageExternally(group)
      let describe = Roster_V1_UpdateGroupRequest.group(
        group, .with { $0.description_p = "ours" })
      #expect(try await world.root.groups.updateGroup(describe).changed)
      let rename = Roster_V1_UpdateGroupRequest.group(group, .with { $0.name = "Help desk" })
      guard let warningCount else {
        let renamed = await failure { () throws(Status) in
          try await world.root.groups.updateGroup(rename)
        }
        #expect(renamed.reason == "GROUP_EXTERNALLY_MANAGED")
        #expect(renamed.code == .failedPrecondition)
        let deleted = await failure { () throws(Status) in
          try await world.root.groups.deleteGroup(.group(group))
        }
        #expect(deleted.reason == "GROUP_EXTERNALLY_MANAGED")
        return
      }
      let renamed = try await world.root.groups.updateGroup(rename)
      #expect(renamed.group.managedBy == .directory)
      #expect(renamed.warnings.count == warningCount)
      let deleted = try await world.root.groups.deleteGroup(.group(group))
      #expect(deleted.warnings.count == warningCount)
    }
  }
}
