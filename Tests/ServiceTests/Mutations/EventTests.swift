import API
import Foundation
import RPC
import Service
import SwiftProtobuf
import Testing

/// What the changes are about.
private struct Objects: Sendable {
  let user: Roster_V1_User
  let company: Roster_V1_Company
}

/// A call that changes something, for every method that can.
private struct Change: Sendable {
  let method: MethodDescriptor
  let eventCount: Int
  let bytes: @Sendable (Objects) throws -> [UInt8]

  init<Request: Message>(
    _ method: MethodDescriptor, eventCount: Int = 1,
    _ request: @escaping @Sendable (Objects) -> Request
  ) {
    self.method = method
    self.eventCount = eventCount
    bytes = { try request($0).encoded().bytes }
  }

  /// Of a method whose request names organization and user by fields 1 and 2 and needs no more.
  static func ofUser(_ method: MethodDescriptor) -> Change {
    Change(method) { Roster_V1_GetUserRequest.user($0.user) }
  }
}

/// Table: in an order in which each changes something.
private let changes: [Change] =
  [
    Change(OrganizationServiceMethods.createOrganization) { _ in
      Roster_V1_CreateOrganizationRequest.with {
        $0.slug = "beta"
        $0.name = "Beta"
      }
    },
    Change(OrganizationServiceMethods.updateOrganizationSettings) { objects in
      Roster_V1_UpdateOrganizationSettingsRequest.with {
        $0.organizationID = objects.user.organizationID
        $0.settings.timeZone = "Europe/Lisbon"
      }
    },
    Change(UserServiceMethods.createUser) { objects in
      Roster_V1_CreateUserRequest.with {
        $0.organizationID = objects.user.organizationID
        $0.user.email = "bob@example.com"
      }
    },
    Change(UserServiceMethods.updateUser) {
      Roster_V1_UpdateUserRequest.user($0.user, .with { $0.email = "countess@example.com" })
    },
    Change(UserServiceMethods.lockUser) { Roster_V1_LockUserRequest.user($0.user) },
    Change(UserServiceMethods.unlockUser) { Roster_V1_UnlockUserRequest.user($0.user) },
    Change(TokenServiceMethods.createServiceToken) { _ in
      Roster_V1_CreateServiceTokenRequest.with {
        $0.name = "shop"
        $0.methods = ["*"]
        $0.allOrganizations = true
      }
    },
  ] + ofCompanies + ofLives

private let ofCompanies: [Change] = [
  Change(CompanyServiceMethods.createCompany) { objects in
    Roster_V1_CreateCompanyRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.name = "North"
    }
  },
  Change(CompanyServiceMethods.updateCompany) { objects in
    Roster_V1_UpdateCompanyRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.companyID = objects.company.companyID
      $0.name = "South"
    }
  },
  Change(CompanyServiceMethods.deleteCompany) { objects in
    Roster_V1_DeleteCompanyRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.companyID = objects.company.companyID
    }
  },
  // Out of the company of the fixture, with an event for the user and one for the whole.
  Change(CompanyServiceMethods.moveUsers, eventCount: 2) { objects in
    Roster_V1_MoveUsersRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.userIds = [objects.user.userID]
    }
  },
]

private let ofLives: [Change] = [
  Change(OrganizationServiceMethods.updateOrganization) { objects in
    Roster_V1_UpdateOrganizationRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.name = "Acme & Sons"
    }
  },
  Change(OrganizationServiceMethods.suspendOrganization) { objects in
    Roster_V1_SuspendOrganizationRequest.with {
      $0.targetOrganizationID = objects.user.organizationID
    }
  },
  Change(OrganizationServiceMethods.resumeOrganization) { objects in
    Roster_V1_ResumeOrganizationRequest.with {
      $0.targetOrganizationID = objects.user.organizationID
    }
  },
  Change(OrganizationServiceMethods.addDomain) { objects in
    Roster_V1_AddDomainRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.domain = "example.com"
    }
  },
  Change(OrganizationServiceMethods.verifyDomain) { objects in
    Roster_V1_VerifyDomainRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.domain = "example.com"
      $0.asserted = true
    }
  },
  Change(OrganizationServiceMethods.removeDomain) { objects in
    Roster_V1_RemoveDomainRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.domain = "example.com"
    }
  },
  Change(UserServiceMethods.verifyEmail) { objects in
    Roster_V1_VerifyEmailRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.userID = objects.user.userID
      $0.email = "countess@example.com"
    }
  },
  .ofUser(UserServiceMethods.deactivateUser),
  .ofUser(UserServiceMethods.reactivateUser),
  Change(UserServiceMethods.deactivateInactiveUsers, eventCount: 2) { objects in
    Roster_V1_DeactivateInactiveUsersRequest.with {
      $0.organizationID = objects.user.organizationID
      $0.inactiveSince = .init(date: Date())
      $0.limit = 1
    }
  },
  .ofUser(UserServiceMethods.deleteUser),
  .ofUser(UserServiceMethods.undeleteUser),
]

@Suite struct `A mutation` {
  @Test func `leaves exactly one event, which names caller, request and trace`() async throws {
    try await World.with { world in
      let objects = try await objects(world)
      let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
      let client = world.root.with("traceparent", "00-\(trace)-00f067aa0ba902b7-01")
      for change in changes {
        let before = try await world.count("roster.events")
        let reply = await client.call(change.method, try change.bytes(objects))
        #expect(reply.status.code == .ok, "\(change.method.name)")
        #expect(
          try await world.count("roster.events") == before + change.eventCount,
          "\(change.method.name)")
      }
      #expect(
        try await world.count(
          "roster.events WHERE trace_id = '\\x\(trace)' AND actor_kind = 'service_token' "
            + "AND epoch = 1 AND xid > '0'") == changes.map(\.eventCount).reduce(0, +))
    }
  }

  /// An organization with a company that nobody is in, and a user who is in another.
  private func objects(_ world: World) async throws -> Objects {
    let organization = try await world.organization(
      settings: .with {
        $0.companyMode = .optional
        $0.deletion.confirmation = .none
      })
    let company = try await world.company("Main", in: organization)
    let other = try await world.company("Other", in: organization)
    var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
    request.user.companyID = other.companyID
    return Objects(
      user: try await world.root.users.createUser(request).user, company: company)
  }

  @Test func `is tried here, whichever method makes it`() {
    let tried = changes.map(\.method.fullName) + ["roster.v1.TokenService/RevokeServiceToken"]
    // Those of groups and roles write one for each whom they change and one for the call: their own
    // suites count them.
    let elsewhere = ["roster.v1.GroupService/", "roster.v1.RoleService/"]
    let writing = ServedMethods.all.filter { method in
      method.rule?.traits.contains(.writes) == true
        && !elsewhere.contains(where: method.fullName.hasPrefix)
    }
    #expect(tried.sorted() == writing.map(\.fullName).sorted())
  }

  @Test func `whose traceparent is unsound begins a trace`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let headers = [
        "x", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      ]
      let before = try await world.count("roster.events")
      for (index, header) in headers.enumerated() {
        let client = world.root.with("traceparent", header)
        _ = try await client.users.createUser(.user("u\(index)@example.com", in: organization))
      }
      let traced = "(SELECT DISTINCT trace_id FROM roster.events WHERE length(trace_id) = 16) AS t"
      #expect(try await world.count(traced) == before + headers.count)
    }
  }
}
