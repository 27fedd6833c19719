import API
import RPC
import Testing

@Suite struct `Creating a user` {
  @Test func `makes an active user whom every look-up finds`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("Ada@Example.com", in: organization)
      request.user.givenName = "Ada"
      request.user.familyName = "Lovelace"
      request.user.externalID = "hr-1"
      request.user.attributes = ["desk": "4", "floor": "2"]
      let created = try await world.root.users.createUser(request)

      #expect(created.changed)
      #expect(created.revision.wholeMatch(of: /1\.[0-9]+/) != nil)
      #expect(created.user.state == .active)
      #expect(created.user.kind == .human)
      #expect(created.user.source == .manual)
      #expect(created.user.email == "ada@example.com")
      #expect(created.user.displayName == "Ada Lovelace")
      #expect(created.user.etag == "1")
      #expect(!created.user.hasLock && !created.user.hasEmailVerifyTime)

      var byID = Roster_V1_GetUserRequest()
      byID.organizationID = organization.organizationID
      byID.userID = created.user.userID
      #expect(try await world.root.users.getUser(byID).user == created.user)
      var byEmail = Roster_V1_GetUserByEmailRequest()
      byEmail.organizationID = organization.organizationID
      byEmail.email = "ADA@example.com."
      #expect(try await world.root.users.getUserByEmail(byEmail).user == created.user)
      var byExternalID = Roster_V1_GetUserByExternalIdRequest()
      byExternalID.organizationID = organization.organizationID
      byExternalID.externalID = "hr-1"
      #expect(try await world.root.users.getUserByExternalID(byExternalID).user == created.user)
    }
  }

  @Test func `leaves one event, whose details only the subject's key opens`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      #expect(try await world.eventActions() == ["organization.created", "user.created"])
      #expect(
        try await world.count(
          "roster.events WHERE target_id = '\(user.userID)' AND actor_kind = 'service_token' "
            + "AND target_details IS NOT NULL AND outcome = 'succeeded'") == 1)
      #expect(
        try await world.count(
          "roster.events WHERE encode(target_details, 'escape') LIKE '%ada%'") == 0)
      #expect(
        try await world.count("roster.subject_keys WHERE subject_id = '\(user.userID)'") == 1)
    }
  }

  @Test func `with notify writes the mail into the outbox, sealed`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      _ = try await world.root.users.createUser(request)
      #expect(try await world.count("roster.outbox") == 0)
      request.user.email = "bob@example.com"
      request.notify = true
      _ = try await world.root.users.createUser(request)
      #expect(
        try await world.count("roster.outbox WHERE kind = 'email' AND template = 'user_created'")
          == 1)
      #expect(
        try await world.count("roster.outbox WHERE encode(payload, 'escape') LIKE '%bob%'") == 0)
    }
  }

  @Test func `stores an initial password as Argon2id that must change`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.initialPassword = "correct horse"
      _ = try await world.root.users.createUser(request)
      #expect(
        try await world.count("roster.passwords WHERE hash LIKE '$argon2id$%' AND must_change")
          == 1)
    }
  }

  @Test func `is refused where the organization excludes it, before anything is written`()
    async throws
  {
    try await World.with { world in
      var settings = Roster_V1_OrganizationSettings()
      settings.userCreation = [.invitation]
      let organization = try await world.organization(settings: settings)
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(.user("ada@example.com", in: organization))
      }
      #expect(status.code == .failedPrecondition)
      #expect(status.reason == "USER_CREATION_NOT_ALLOWED")
      #expect(try await world.count("roster.users") == 0)
    }
  }

  @Test func `that is a service account takes no password, and needs none`() async throws {
    try await World.with { world in
      var settings = Roster_V1_OrganizationSettings()
      settings.requiredFields = ["initial_password"]
      let organization = try await world.organization(settings: settings)
      var request = Roster_V1_CreateUserRequest.user("robot@example.com", in: organization)
      request.kind = .service
      request.initialPassword = "correct horse"
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(status.code == .invalidArgument)
      #expect(status.reason == "FIELD_INVALID")
      #expect(status.badFields == ["initial_password"])
      request.initialPassword = ""
      #expect(try await world.root.users.createUser(request).user.kind == .service)
      #expect(try await world.count("roster.passwords") == 0)
    }
  }

  @Test func `asks for what the organization requires`() async throws {
    try await World.with { world in
      var settings = Roster_V1_OrganizationSettings()
      settings.requiredFields = ["given_name", "initial_password"]
      let organization = try await world.organization(settings: settings)
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      let nameless = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(nameless.reason == "FIELD_REQUIRED_BY_ORGANIZATION")
      #expect(nameless.badFields == ["user.given_name"])
      request.user.givenName = "Ada"
      let keyless = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(keyless.badFields == ["initial_password"])
      request.initialPassword = "correct horse"
      #expect(try await world.root.users.createUser(request).changed)
    }
  }

  @Test func `brings names to NFC, and counts their limit there`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.user.displayName = String(repeating: "e\u{301}", count: 200)
      let user = try await world.root.users.createUser(request).user
      #expect(user.displayName.unicodeScalars.count == 200)
      #expect(user.displayName.unicodeScalars.allSatisfy { $0.value == 0xE9 })
    }
  }

  @Test func `names the user who has the address to those who may look it up`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let ada = try await world.user("ada@example.com", in: organization)
      let request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      let told = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(told.code == .alreadyExists)
      #expect(told.reason == "EMAIL_ALREADY_EXISTS")
      #expect(told.metadata == ["email": "ada@example.com", "user_id": ada.userID])

      let creator = try await world.client(methods: ["roster.v1.UserService/CreateUser"])
      let untold = await failure { () throws(Status) in
        try await creator.users.createUser(request)
      }
      #expect(untold.reason == "EMAIL_ALREADY_EXISTS")
      #expect(untold.metadata == ["email": "ada@example.com"])
    }
  }

  @Test func `refuses an external id that is taken`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.user.externalID = "hr-1"
      _ = try await world.root.users.createUser(request)
      request.user.email = "bob@example.com"
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(status.code == .alreadyExists)
      #expect(status.reason == "EXTERNAL_ID_ALREADY_EXISTS")
    }
  }

  @Test func `needs no organization_id from a token of one organization`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let client = try await world.client(organizations: [organization])
      var request = Roster_V1_CreateUserRequest()
      request.user.email = "ada@example.com"
      let user = try await client.users.createUser(request).user
      #expect(user.organizationID == organization.organizationID)
    }
  }
}

@Suite struct `Lookalike addresses` {
  @Test(arguments: [
    ("ada@example.com", "ADA@EXAMPLE.COM"), ("ada@example.com", "ada@example.com."),
    ("ada@bücher.example", "ada@xn--bcher-kva.example"),
    ("ada@bücher.example", "ada@BÜCHER.example"),
    ("ada@example.com", "ada@ｅｘａｍｐｌｅ.com"),
  ])
  func `are one address`(_ first: String, _ second: String) async throws {
    try await World.with { world in
      let organization = try await world.organization()
      _ = try await world.user(first, in: organization)
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(.user(second, in: organization))
      }
      #expect(status.reason == "EMAIL_ALREADY_EXISTS")
    }
  }

  @Test(arguments: [
    ("ada@example.com", "ada+x@example.com"), ("ada@example.com", "ada@exampIe.org"),
    ("ada@strasse.example", "ada@straße.example"), ("ada@apple.com", "ada@аpple.com"),
  ])
  func `that are two stay two`(_ first: String, _ second: String) async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let one = try await world.user(first, in: organization)
      let other = try await world.user(second, in: organization)
      #expect(one.email != other.email)
    }
  }

  @Test func `may be used in two organizations`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme")
      let beta = try await world.organization("beta")
      let one = try await world.user("ada@example.com", in: acme)
      let other = try await world.user("ada@example.com", in: beta)
      #expect(one.userID != other.userID)
    }
  }

  @Test func `before the @ are not taken`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let status = await failure { () throws(Status) in
        try await world.root.users.createUser(.user("аda@example.com", in: organization))
      }
      #expect(status.reason == "EMAIL_UNSUPPORTED")
    }
  }
}
