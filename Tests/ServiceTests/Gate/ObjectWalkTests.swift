import API
import RPC
import Service
import SwiftProtobuf
import Testing

/// A request of every method that names an object, for a given organization and object.
struct Walk: Sendable {
  let method: MethodDescriptor
  let bytes: @Sendable (_ organization: String, _ object: String) throws -> [UInt8]

  init<Request: Message>(
    _ method: MethodDescriptor, _ request: @escaping @Sendable (String, String) -> Request
  ) {
    self.method = method
    bytes = { try request($0, $1).encoded().bytes }
  }

  /// The answer, with the object's id replaced.
  func answer(
    _ client: Client, _ organization: String, _ object: String
  ) async throws -> String {
    let reply = await client.call(method, try bytes(organization, object))
    return reply.everything
      .replacing(object, with: "<object>").replacing(organization, with: "<organization>")
      .replacing("\(Array(object.utf8))".dropFirst().dropLast(), with: "<bytes>")
  }
}

/// Table: methods that name a user of an organization.
private let ofUsers: [Walk] = [
  Walk(GroupServiceMethods.listUserGroups) { organization, user in
    Roster_V1_ListUserGroupsRequest.with {
      $0.organizationID = organization
      $0.userID = user
    }
  },
  Walk(UserServiceMethods.getUser) { organization, user in
    Roster_V1_GetUserRequest.with {
      $0.organizationID = organization
      $0.userID = user
    }
  },
  Walk(UserServiceMethods.updateUser) { organization, user in
    Roster_V1_UpdateUserRequest.with {
      $0.organizationID = organization
      $0.userID = user
      $0.user.givenName = "Eve"
    }
  },
  Walk(UserServiceMethods.lockUser) { organization, user in
    Roster_V1_LockUserRequest.with {
      $0.organizationID = organization
      $0.userID = user
    }
  },
  Walk(UserServiceMethods.unlockUser) { organization, user in
    Roster_V1_UnlockUserRequest.with {
      $0.organizationID = organization
      $0.userID = user
    }
  },
  Walk(UserServiceMethods.getUserOverview) { organization, user in
    Roster_V1_GetUserOverviewRequest.with {
      $0.organizationID = organization
      $0.userID = user
    }
  },
  Walk(UserServiceMethods.batchGetUsers) { organization, user in
    Roster_V1_BatchGetUsersRequest.with {
      $0.organizationID = organization
      $0.userIds = [user]
    }
  },
  Walk(UserServiceMethods.getUserByEmail) { organization, user in
    Roster_V1_GetUserByEmailRequest.with {
      $0.organizationID = organization
      $0.email = "u\(user)@example.com"
    }
  },
  Walk(UserServiceMethods.getUserByExternalID) { organization, user in
    Roster_V1_GetUserByExternalIdRequest.with {
      $0.organizationID = organization
      $0.externalID = user
    }
  },
]

/// Table: methods about a user's life.
private let ofLives: [Walk] = [
  Walk(UserServiceMethods.verifyEmail) { organization, user in
    Roster_V1_VerifyEmailRequest.with {
      $0.organizationID = organization
      $0.userID = user
      $0.email = "u\(user)@example.com"
    }
  },
  Walk(UserServiceMethods.deactivateUser, named),
  Walk(UserServiceMethods.reactivateUser, named),
  Walk(UserServiceMethods.exportUserData, named),
  Walk(UserServiceMethods.undeleteUser, named),
  Walk(CompanyServiceMethods.moveUsers) { organization, user in
    Roster_V1_MoveUsersRequest.with {
      $0.organizationID = organization
      $0.userIds = [user]
    }
  },
  Walk(UserServiceMethods.deleteUser) { organization, user in
    Roster_V1_DeleteUserRequest.with {
      $0.organizationID = organization
      $0.userID = user
      $0.validateOnly = true
    }
  },
]

/// A request that names a user by its first two fields and needs no more.
private let named: @Sendable (String, String) -> Roster_V1_GetUserRequest = { organization, user in
  .with {
    $0.organizationID = organization
    $0.userID = user
  }
}

/// A request that names a domain by its first two fields and needs no more.
private let domain: @Sendable (String, String) -> Roster_V1_AddDomainRequest = { organization, _ in
  .with {
    $0.organizationID = organization
    $0.domain = "example.com"
  }
}

/// Table: methods that name a company of an organization.
private let ofCompanies: [Walk] = [
  Walk(CompanyServiceMethods.getCompany) { organization, company in
    Roster_V1_GetCompanyRequest.with {
      $0.organizationID = organization
      $0.companyID = company
    }
  },
  Walk(CompanyServiceMethods.updateCompany) { organization, company in
    Roster_V1_UpdateCompanyRequest.with {
      $0.organizationID = organization
      $0.companyID = company
      $0.name = "Eve"
    }
  },
  Walk(CompanyServiceMethods.deleteCompany) { organization, company in
    Roster_V1_DeleteCompanyRequest.with {
      $0.organizationID = organization
      $0.companyID = company
    }
  },
]

/// Table: methods that name a group of an organization; those that name a user as well name one of
/// the same id. The last deletes it.
private let ofGroups: [Walk] = [
  Walk(GroupServiceMethods.getGroup) { organization, group in
    Roster_V1_GetGroupRequest.with {
      $0.organizationID = organization
      $0.groupID = group
    }
  },
  Walk(GroupServiceMethods.updateGroup) { organization, group in
    Roster_V1_UpdateGroupRequest.with {
      $0.organizationID = organization
      $0.groupID = group
      $0.group.description_p = "Eve's"
    }
  },
  Walk(GroupServiceMethods.addMember) { organization, group in
    Roster_V1_AddMemberRequest.with {
      $0.organizationID = organization
      $0.groupID = group
      $0.userID = group
    }
  },
  Walk(GroupServiceMethods.removeMember) { organization, group in
    Roster_V1_RemoveMemberRequest.with {
      $0.organizationID = organization
      $0.groupID = group
      $0.userID = group
    }
  },
  Walk(GroupServiceMethods.batchAddMembers) { organization, group in
    Roster_V1_BatchAddMembersRequest.with {
      $0.organizationID = organization
      $0.groupID = group
      $0.userIds = [group]
    }
  },
  Walk(GroupServiceMethods.batchRemoveMembers) { organization, group in
    Roster_V1_BatchRemoveMembersRequest.with {
      $0.organizationID = organization
      $0.groupID = group
      $0.userIds = [group]
    }
  },
  Walk(GroupServiceMethods.setUserGroups) { organization, group in
    Roster_V1_SetUserGroupsRequest.with {
      $0.organizationID = organization
      $0.userID = group
      $0.groupIds = [group]
    }
  },
  Walk(GroupServiceMethods.listMembers) { organization, group in
    Roster_V1_ListMembersRequest.with {
      $0.organizationID = organization
      $0.groupID = group
    }
  },
  Walk(GroupServiceMethods.listMemberCandidates) { organization, group in
    Roster_V1_ListMemberCandidatesRequest.with {
      $0.organizationID = organization
      $0.groupID = group
    }
  },
  Walk(GroupServiceMethods.deleteGroup) { organization, group in
    Roster_V1_DeleteGroupRequest.with {
      $0.organizationID = organization
      $0.groupID = group
    }
  },
]

/// Table: methods that name an organization and nothing in it.
private let ofOrganizations: [Walk] = [
  Walk(OrganizationServiceMethods.getOrganization) { organization, _ in
    Roster_V1_GetOrganizationRequest.with { $0.organizationID = organization }
  },
  Walk(OrganizationServiceMethods.updateOrganizationSettings) { organization, _ in
    Roster_V1_UpdateOrganizationSettingsRequest.with {
      $0.organizationID = organization
      $0.settings.timeZone = "Europe/Lisbon"
    }
  },
  Walk(OrganizationServiceMethods.updateOrganization) { organization, _ in
    Roster_V1_UpdateOrganizationRequest.with {
      $0.organizationID = organization
      $0.name = "Eve"
    }
  },
  Walk(OrganizationServiceMethods.addDomain, domain),
  Walk(OrganizationServiceMethods.verifyDomain, domain),
  Walk(OrganizationServiceMethods.removeDomain, domain),
  Walk(OrganizationServiceMethods.listDomains) { organization, _ in
    Roster_V1_ListDomainsRequest.with { $0.organizationID = organization }
  },
  Walk(CompanyServiceMethods.createCompany) { organization, _ in
    Roster_V1_CreateCompanyRequest.with {
      $0.organizationID = organization
      $0.name = "Eve"
    }
  },
  Walk(CompanyServiceMethods.listCompanies) { organization, _ in
    Roster_V1_ListCompaniesRequest.with { $0.organizationID = organization }
  },
  Walk(UserServiceMethods.deactivateInactiveUsers) { organization, _ in
    Roster_V1_DeactivateInactiveUsersRequest.with {
      $0.organizationID = organization
      $0.inactiveSince = .init(seconds: 1, nanos: 0)
    }
  },
  Walk(UserServiceMethods.listUsers) { organization, _ in
    Roster_V1_ListUsersRequest.with { $0.organizationID = organization }
  },
  Walk(UserServiceMethods.createUser) { organization, _ in
    Roster_V1_CreateUserRequest.with {
      $0.organizationID = organization
      $0.user.email = "eve@example.com"
    }
  },
  Walk(ActivityServiceMethods.listEvents) { organization, object in
    Roster_V1_ListEventsRequest.with {
      $0.organizationID = organization
      $0.filter.targetID = object
    }
  },
  Walk(ActivityServiceMethods.exportEvents) { organization, _ in
    Roster_V1_ExportEventsRequest.with { $0.organizationID = organization }
  },
  Walk(GroupServiceMethods.listGroups) { organization, _ in
    Roster_V1_ListGroupsRequest.with { $0.organizationID = organization }
  },
  Walk(GroupServiceMethods.createGroup) { organization, _ in
    Roster_V1_CreateGroupRequest.with {
      $0.organizationID = organization
      $0.group.name = "Eve's"
    }
  },
]

@Suite struct `An object of another organization` {
  /// A user whose address and external id tell its id, so that every look-up can name it.
  private func user(
    _ world: World, in organization: Roster_V1_Organization, _ email: String
  ) async throws -> Roster_V1_User {
    let user = try await world.user(email, in: organization)
    return try await world.root.users.updateUser(
      .user(
        user,
        .with {
          $0.email = "u\(user.userID)@example.com"
          $0.externalID = user.userID
        })
    ).user
  }

  @Test func `is walked by every method`() {
    let walked = (ofUsers + ofLives + ofCompanies + ofGroups + ofOrganizations + roleWalks)
      .map(\.method.fullName)
    let scoped = ServedMethods.all.filter { $0.rule?.scope == .organization }.map(\.fullName)
    #expect(walked.sorted() == scoped.sorted())
  }

  @Test func `answers like one that never was, and like a deleted one`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme", settings: .walked)
      let beta = try await world.organization("beta", settings: .walked)
      let own = try await user(world, in: acme, "own@example.com")
      let foreign = try await user(world, in: beta, "foreign@example.com")
      let deleted = try await user(world, in: acme, "deleted@example.com")
      _ = try await world.ask(
        "UPDATE roster.users SET state = 'deleted' WHERE user_id = '\(deleted.userID)' "
          + "RETURNING 'x'")
      let client = try await world.client(organizations: [acme])
      let before = try await footprint(world)

      for walk in ofUsers + ofLives {
        let id = acme.organizationID
        let random = try await walk.answer(client, id, freshID())
        #expect(try await walk.answer(client, id, foreign.userID) == random, "\(walk.method.name)")
        #expect(try await walk.answer(client, id, deleted.userID) == random, "\(walk.method.name)")
        // The same object is there for who may see it, so the walk names it rightly.
        let reply = await client.call(walk.method, try walk.bytes(id, own.userID))
        #expect(reply.status.code == .ok)
        #expect(try await walk.answer(client, id, own.userID) != random, "\(walk.method.name)")
      }
      #expect(try await footprint(world) == before)
    }
  }

  @Test func `that is a company answers like one that never was`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme", settings: .walked)
      let beta = try await world.organization("beta", settings: .walked)
      let own = try await world.company("Own", in: acme)
      let foreign = try await world.company("Foreign", in: beta)
      let client = try await world.client(organizations: [acme])
      for walk in ofCompanies {
        let id = acme.organizationID
        let random = try await walk.answer(client, id, freshID())
        #expect(random.contains("COMPANY_NOT_FOUND"))
        #expect(
          try await walk.answer(client, id, foreign.companyID) == random, "\(walk.method.name)")
        let reply = await client.call(walk.method, try walk.bytes(id, own.companyID))
        #expect(reply.status.code == .ok, "\(walk.method.name)")
      }
      #expect(try await world.ask("SELECT name FROM roster.companies") == ["Foreign"])
    }
  }

  @Test func `answers like one that never was, a group too`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme")
      let beta = try await world.organization("beta")
      let own = try await user(world, in: acme, "own@example.com")
      let foreign = try await user(world, in: beta, "foreign@example.com")
      _ = try await world.ask(
        """
        INSERT INTO roster.groups (organization_id, group_id, name, description, managed_by,
          created_at, updated_at)
        SELECT organization_id, user_id, user_id, '', 'local', now(), now()
          FROM roster.users RETURNING 'x'
        """)
      let client = try await world.client(organizations: [acme])
      let before = try await footprint(world)

      for walk in ofGroups {
        let id = acme.organizationID
        let random = try await walk.answer(client, id, freshID())
        #expect(try await walk.answer(client, id, foreign.userID) == random, "\(walk.method.name)")
        let reply = await client.call(walk.method, try walk.bytes(id, own.userID))
        #expect(reply.status.code == .ok, "\(walk.method.name)")
      }
      #expect(try await footprint(world) == before)
    }
  }

  @Test func `cannot be reached by naming its organization`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme")
      let beta = try await world.organization("beta")
      let foreign = try await user(world, in: beta, "foreign@example.com")
      let client = try await world.client(organizations: [acme])
      let before = try await footprint(world)

      for walk in ofUsers + ofLives + ofCompanies + ofGroups + ofOrganizations {
        let random = try await walk.answer(client, freshID(), freshID())
        #expect(
          try await walk.answer(client, beta.organizationID, foreign.userID) == random,
          "\(walk.method.name)")
        #expect(random.contains("ORGANIZATION_NOT_FOUND"))
      }
      #expect(try await footprint(world) == before)
    }
  }

  @Test func `is not told by its slug`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme")
      _ = try await world.organization("beta")
      let client = try await world.client(organizations: [acme])
      let walk = Walk(OrganizationServiceMethods.getOrganizationBySlug) { _, slug in
        Roster_V1_GetOrganizationBySlugRequest.with { $0.slug = slug }
      }
      #expect(
        try await walk.answer(client, freshID(), "beta")
          == walk.answer(client, freshID(), "zeta"))
      #expect(
        try await client.organizations.getOrganizationBySlug(.with { $0.slug = "acme" })
          .organization == acme)
    }
  }

  @Test func `is not listed`() async throws {
    try await World.with { world in
      let acme = try await world.organization("acme")
      let beta = try await world.organization("beta")
      let client = try await world.client(organizations: [acme])
      let listed = try await client.organizations.listOrganizations(.init()).organizations
      #expect(listed == [acme])
      let all = try await world.root.organizations.listOrganizations(.init()).organizations
      #expect(all == [acme, beta])
    }
  }

  /// What a leak that writes would change.
  private func footprint(_ world: World) async throws -> [String?] {
    try await world.ask(
      """
      SELECT (SELECT string_agg(u.user_id::text || u.version || u.given_name, ',' ORDER BY user_id)
                FROM roster.users AS u JOIN roster.organizations AS o USING (organization_id)
               WHERE o.slug = 'beta' OR u.state = 'deleted')
             || (SELECT count(*) FROM roster.users AS u
                   JOIN roster.organizations AS o USING (organization_id) WHERE o.slug = 'beta')
             || (SELECT settings::text FROM roster.organizations WHERE slug = 'beta')
             || (SELECT count(*) || coalesce(string_agg(g::text, ','), '') FROM roster.groups AS g
                   JOIN roster.organizations AS o USING (organization_id) WHERE o.slug = 'beta')
      """)
  }
}

extension Roster_V1_OrganizationSettings {
  /// With which every method that is walked can succeed.
  fileprivate static var walked: Roster_V1_OrganizationSettings {
    .with {
      $0.companyMode = .optional
      $0.emailChangeUnconfirmed = true
      $0.deletion.confirmation = .none
    }
  }
}
