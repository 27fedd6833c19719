import API
import RPC
import SwiftProtobuf
import Testing

extension Roster_V1_OrganizationSettings {
  static func companies(_ mode: Roster_V1_CompanyMode) -> Roster_V1_OrganizationSettings {
    .with { $0.companyMode = mode }
  }
}

extension World {
  /// A user in a company.
  func user(
    _ email: String, in organization: Roster_V1_Organization, _ company: Roster_V1_Company
  ) async throws -> Roster_V1_User {
    var request = Roster_V1_CreateUserRequest.user(email, in: organization)
    request.user.companyID = company.companyID
    return try await root.users.createUser(request).user
  }
}

@Suite struct `A company of an organization` {
  @Test func `is not there where the organization has none`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let status = await failure { () throws(Status) in
        try await world.root.companies.createCompany(
          .with {
            $0.organizationID = organization.organizationID
            $0.name = "North"
          })
      }
      #expect(status.code == .failedPrecondition)
      #expect(status.reason == "COMPANIES_OFF")
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.user.companyID = freshID()
      let user = await failure { () throws(Status) in
        try await world.root.users.createUser(request)
      }
      #expect(user.reason == "COMPANIES_OFF")
    }
  }

  @Test func `has a name of its own, without regard to case`() async throws {
    try await World.with { world in
      let organization = try await world.organization(settings: .companies(.optional))
      let north = try await world.company("North", in: organization)
      let south = try await world.company("South", in: organization)
      let renaming = Roster_V1_UpdateCompanyRequest.with {
        $0.organizationID = organization.organizationID
        $0.companyID = south.companyID
        $0.name = "NORTH"
        $0.etag = south.etag
      }
      let taken = await failure { () throws(Status) in
        try await world.root.companies.updateCompany(renaming)
      }
      #expect(taken.code == .alreadyExists)
      #expect(taken.reason == "COMPANY_ALREADY_EXISTS")
      var own = renaming
      own.companyID = north.companyID
      own.etag = north.etag
      let renamed = try await world.root.companies.updateCompany(own)
      #expect(renamed.changed && renamed.company.name == "NORTH")
      #expect(renamed.company.etag == "2")
      let stale = await failure { () throws(Status) in
        try await world.root.companies.updateCompany(own)
      }
      #expect(stale.reason == "ETAG_MISMATCH")
      own.etag = ""
      #expect(try await !world.root.companies.updateCompany(own).changed)
      own.name = " "
      let blank = await failure { () throws(Status) in
        try await world.root.companies.updateCompany(own)
      }
      #expect(blank.reason == "FIELD_REQUIRED")
    }
  }

  @Test func `counts its users, but not deleted ones`() async throws {
    try await World.with { world in
      let organization = try await world.organization(
        settings: .with {
          $0.companyMode = .optional
          $0.deletion.confirmation = .none
        })
      let company = try await world.company("North", in: organization)
      let ada = try await world.user("ada@example.com", in: organization, company)
      _ = try await world.user("bob@example.com", in: organization, company)
      _ = try await world.user("eve@example.com", in: organization)
      #expect(ada.companyID == company.companyID)
      let request = Roster_V1_GetCompanyRequest.with {
        $0.organizationID = organization.organizationID
        $0.companyID = company.companyID
      }
      #expect(try await world.root.companies.getCompany(request).userCount == 2)
      _ = try await world.root.users.deleteUser(.user(ada))
      let found = try await world.root.companies.getCompany(request)
      #expect(found.userCount == 1 && found.company == company)
    }
  }

  @Test func `is listed by name, page by page, also after the last one of a page is gone`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization(settings: .companies(.optional))
      var companies: [String: Roster_V1_Company] = [:]
      for name in ["delta", "Alpha", "charlie", "Bravo"] {
        companies[name] = try await world.company(name, in: organization)
      }
      var request = Roster_V1_ListCompaniesRequest.with {
        $0.organizationID = organization.organizationID
        $0.pageSize = 2
      }
      let first = try await world.root.companies.listCompanies(request)
      #expect(first.companies.map(\.company.name) == ["Alpha", "Bravo"])
      _ = try await world.root.companies.deleteCompany(
        .with {
          $0.organizationID = organization.organizationID
          $0.companyID = companies["Bravo"]?.companyID ?? ""
        })
      request.pageToken = first.nextPageToken
      let second = try await world.root.companies.listCompanies(request)
      #expect(second.companies.map(\.company.name) == ["charlie", "delta"])
      #expect(second.nextPageToken.isEmpty)
    }
  }

  @Test func `can't go while it has users, and lets go of deleted ones`() async throws {
    try await World.with { world in
      let organization = try await world.organization(
        settings: .with {
          $0.companyMode = .optional
          $0.deletion.confirmation = .none
        })
      let company = try await world.company("North", in: organization)
      let ada = try await world.user("ada@example.com", in: organization, company)
      let request = Roster_V1_DeleteCompanyRequest.with {
        $0.organizationID = organization.organizationID
        $0.companyID = company.companyID
      }
      let status = await failure { () throws(Status) in
        try await world.root.companies.deleteCompany(request)
      }
      #expect(status.code == .failedPrecondition)
      #expect(status.reason == "COMPANY_NOT_EMPTY")
      _ = try await world.root.users.deleteUser(.user(ada))
      #expect(try await world.root.companies.deleteCompany(request).changed)
      let gone = await failure { () throws(Status) in
        try await world.root.companies.deleteCompany(request)
      }
      #expect(gone.reason == "COMPANY_NOT_FOUND")
      let back = try await world.root.users.undeleteUser(.user(ada))
      #expect(back.user.companyID.isEmpty)
    }
  }
}

@Suite struct `Where everybody has a company` {
  @Test func `nobody is created, moved or changed out of theirs`() async throws {
    try await World.with { world in
      let organization = try await world.organization(settings: .companies(.required))
      let company = try await world.company("North", in: organization)
      let without = await failure { () throws(Status) in
        try await world.root.users.createUser(.user("eve@example.com", in: organization))
      }
      #expect(without.reason == "FIELD_REQUIRED_BY_ORGANIZATION")
      #expect(without.badFields == ["user.company_id"])
      let ada = try await world.user("ada@example.com", in: organization, company)
      let cleared = await failure { () throws(Status) in
        try await world.root.users.updateUser(.user(ada, .init(), mask: ["company_id"]))
      }
      #expect(cleared.badFields == ["user.company_id"])
      let moved = await failure { () throws(Status) in
        try await world.root.companies.moveUsers(.users([ada], to: nil))
      }
      #expect(moved.badFields == ["company_id"])
      #expect(
        try await world.root.users.updateUser(.user(ada, .with { $0.givenName = "Ada" })).changed)
    }
  }

  @Test func `a company of another organization, or none, is not found`() async throws {
    try await World.with { world in
      let organization = try await world.organization(settings: .companies(.required))
      let beta = try await world.organization("beta", settings: .companies(.required))
      let foreign = try await world.company("North", in: beta)
      for id in [foreign.companyID, freshID()] {
        var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
        request.user.companyID = id
        let status = await failure { () throws(Status) in
          try await world.root.users.createUser(request)
        }
        #expect(status.code == .notFound)
        #expect(status.reason == "COMPANY_NOT_FOUND")
      }
      #expect(try await world.count("roster.users") == 0)
    }
  }
}

extension Roster_V1_MoveUsersRequest {
  static func users(
    _ users: [Roster_V1_User], to company: Roster_V1_Company?
  ) -> Roster_V1_MoveUsersRequest {
    .with {
      $0.organizationID = users.first?.organizationID ?? ""
      $0.userIds = users.map(\.userID)
      $0.companyID = company?.companyID ?? ""
    }
  }
}

@Suite struct `Moving users to a company` {
  @Test func `moves those who are elsewhere, with an event each and one for all`() async throws {
    try await World.with { world in
      let organization = try await world.organization(settings: .companies(.optional))
      let north = try await world.company("North", in: organization)
      let ada = try await world.user("ada@example.com", in: organization, north)
      let bob = try await world.user("bob@example.com", in: organization)
      let before = try await world.eventActions().count
      let response = try await world.root.companies.moveUsers(.users([ada, bob, bob], to: north))
      #expect(response.movedCount == 1 && response.changed)
      #expect(try await world.eventActions().count == before + 2)
      for action in ["user.updated", "company.users_moved"] {
        #expect(try await world.count("roster.events WHERE action = '\(action)'") == 1)
      }
      let moved = try await world.root.users.getUser(.user(bob)).user
      #expect(moved.companyID == north.companyID && moved.etag == "2")
      #expect(try await world.root.users.getUser(.user(ada)).user == ada)
      #expect(try await !world.root.companies.moveUsers(.users([ada, bob], to: north)).changed)
      #expect(try await world.root.companies.moveUsers(.users([ada, bob], to: nil)).changed)
      #expect(try await world.count("roster.users WHERE company_id IS NULL") == 2)
    }
  }

  @Test func `moves all or none`() async throws {
    try await World.with { world in
      let organization = try await world.organization(settings: .companies(.optional))
      let north = try await world.company("North", in: organization)
      let ada = try await world.user("ada@example.com", in: organization)
      var request = Roster_V1_MoveUsersRequest.users([ada], to: north)
      request.userIds.append(freshID())
      let status = await failure { () throws(Status) in
        try await world.root.companies.moveUsers(request)
      }
      #expect(status.reason == "USER_NOT_FOUND")
      request.userIds.removeLast()
      request.companyID = freshID()
      let missing = await failure { () throws(Status) in
        try await world.root.companies.moveUsers(request)
      }
      #expect(missing.reason == "COMPANY_NOT_FOUND")
      request.userIds = Array(repeating: ada.userID, count: 1_001)
      let large = await failure { () throws(Status) in
        try await world.root.companies.moveUsers(request)
      }
      #expect(large.reason == "BATCH_TOO_LARGE")
      #expect(try await world.count("roster.users WHERE company_id IS NOT NULL") == 0)
    }
  }

  @Test func `moves a thousand at once`() async throws {
    try await World.with { world in
      let organization = try await world.organization(settings: .companies(.optional))
      let north = try await world.company("North", in: organization)
      let ada = try await world.user("ada@example.com", in: organization)
      let ids = try await world.ask(
        """
        WITH u AS (
          INSERT INTO roster.users (organization_id, user_id, kind, source, state, given_name,
            family_name, display_name, avatar_url, locale, attributes, created_at, updated_at)
          SELECT '\(organization.organizationID)', md5('u' || n)::uuid, 'human', 'manual', 'active',
                 '', '', '', '', '', '{}', now(), now()
            FROM generate_series(1, 999) AS n
          RETURNING organization_id, user_id)
        INSERT INTO roster.emails
          (organization_id, email_id, user_id, address, is_primary, created_at)
        SELECT organization_id, user_id, user_id, user_id || '@example.com', true, now() FROM u
        RETURNING user_id::text
        """)
      var request = Roster_V1_MoveUsersRequest.users([ada], to: north)
      request.userIds += ids.compactMap { $0 }
      #expect(try await world.root.companies.moveUsers(request).movedCount == 1_000)
      #expect(
        try await world.count("roster.users WHERE company_id = '\(north.companyID)'") == 1_000)
    }
  }
}
