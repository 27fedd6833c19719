import API
import RPC
import Service
import SwiftProtobuf
import Testing

/// Table: methods that name a role.
private let ofRoles: [Walk] = [
  Walk(RoleServiceMethods.getRole) { organization, role in
    Roster_V1_GetRoleRequest.with {
      $0.organizationID = organization
      $0.roleID = role
    }
  },
  Walk(RoleServiceMethods.updateRole) { organization, role in
    Roster_V1_UpdateRoleRequest.with {
      $0.organizationID = organization
      $0.roleID = role
      $0.role.description_p = "eve"
    }
  },
  Walk(RoleServiceMethods.deleteRole) { organization, role in
    Roster_V1_DeleteRoleRequest.with {
      $0.organizationID = organization
      $0.roleID = role
      $0.validateOnly = true
    }
  },
]

/// Table: methods that name a grant.
private let ofGrants: [Walk] = [
  Walk(RoleServiceMethods.revokeGrant) { organization, grant in
    Roster_V1_RevokeGrantRequest.with {
      $0.organizationID = organization
      $0.grantID = grant
      $0.validateOnly = true
    }
  }
]

/// Table: methods that name a request for a role.
private let ofRoleRequests: [Walk] = [
  Walk(RoleServiceMethods.withdrawRoleRequest) { organization, request in
    Roster_V1_WithdrawRoleRequestRequest.with {
      $0.organizationID = organization
      $0.roleRequestID = request
      $0.validateOnly = true
    }
  },
  Walk(RoleServiceMethods.decideRoleRequest) { organization, request in
    Roster_V1_DecideRoleRequestRequest.with {
      $0.organizationID = organization
      $0.roleRequestID = request
      $0.decision = .deny
      $0.validateOnly = true
    }
  },
]

/// Table: methods that name a user, with a role that is not there: who is asked for comes first.
private let ofHolders: [Walk] = [
  Walk(RoleServiceMethods.grantRole) { organization, user in
    Roster_V1_GrantRoleRequest.with {
      $0.organizationID = organization
      $0.roleID = organization
      $0.userID = user
    }
  },
  Walk(RoleServiceMethods.setUserRole) { organization, user in
    Roster_V1_SetUserRoleRequest.with {
      $0.organizationID = organization
      $0.roleID = organization
      $0.userID = user
    }
  },
  Walk(RoleServiceMethods.requestRole) { organization, user in
    Roster_V1_RequestRoleRequest.with {
      $0.organizationID = organization
      $0.roleID = organization
      $0.userID = user
      $0.justification = "eve"
    }
  },
  Walk(RoleServiceMethods.listGrants) { organization, user in
    Roster_V1_ListGrantsRequest.with {
      $0.organizationID = organization
      $0.userID = user
    }
  },
]

/// Table: methods of roles that name nothing but the organization.
private let ofOrganizations: [Walk] = [
  Walk(RoleServiceMethods.createRole) { organization, _ in
    Roster_V1_CreateRoleRequest.with {
      $0.organizationID = organization
      $0.key = "eve"
      $0.role.name = "eve"
      $0.validateOnly = true
    }
  },
  Walk(RoleServiceMethods.listRoles) { organization, _ in
    Roster_V1_ListRolesRequest.with { $0.organizationID = organization }
  },
  Walk(RoleServiceMethods.listRoleRequests) { organization, _ in
    Roster_V1_ListRoleRequestsRequest.with { $0.organizationID = organization }
  },
  Walk(PermissionServiceMethods.listPermissions) { organization, _ in
    Roster_V1_ListPermissionsRequest.with { $0.organizationID = organization }
  },
]

/// Every method of roles and permissions.
let roleWalks = ofRoles + ofGrants + ofRoleRequests + ofHolders + ofOrganizations

@Suite struct `A role, a grant or a request of another organization` {
  private struct Objects {
    let organization: Roster_V1_Organization
    let user: Roster_V1_User
    let role: Roster_V1_Role
    let grant: Roster_V1_RoleGrant
    let request: Roster_V1_RoleRequest

    init(_ slug: String, _ world: World) async throws {
      organization = try await world.organization(slug)
      user = try await world.user("u@example.com", in: organization)
      role = try await world.custom("auditor", in: organization)
      grant = try await world.give(role, to: user)
      let asked = try await world.custom("asked", in: organization)
      let (organizationID, userID) = (organization.organizationID, user.userID)
      request = try await world.root.roles.requestRole(
        .with {
          $0.organizationID = organizationID
          $0.roleID = asked.roleID
          $0.userID = userID
          $0.justification = "why not"
        }
      ).roleRequest
    }
  }

  private func expectHidden(
    _ walks: [Walk], own: String, foreign: String, _ client: Client, in acme: Objects
  ) async throws {
    let organization = acme.organization.organizationID
    for walk in walks {
      let random = try await walk.answer(client, organization, freshID())
      #expect(
        try await walk.answer(client, organization, foreign) == random, "\(walk.method.name)")
      #expect(try await walk.answer(client, organization, own) != random, "\(walk.method.name)")
    }
  }

  @Test func `answers like one that never was`() async throws {
    try await World.with { world in
      let acme = try await Objects("acme", world)
      let beta = try await Objects("beta", world)
      let client = try await world.client(organizations: [acme.organization])
      try await expectHidden(
        ofRoles, own: acme.role.roleID, foreign: beta.role.roleID, client, in: acme)
      try await expectHidden(
        ofGrants, own: acme.grant.grantID, foreign: beta.grant.grantID, client, in: acme)
      try await expectHidden(
        ofRoleRequests, own: acme.request.roleRequestID, foreign: beta.request.roleRequestID,
        client, in: acme)
      try await expectHidden(
        ofHolders, own: acme.user.userID, foreign: beta.user.userID, client, in: acme)
    }
  }

  @Test func `cannot be reached by naming its organization`() async throws {
    try await World.with { world in
      let acme = try await Objects("acme", world)
      let beta = try await Objects("beta", world)
      let client = try await world.client(organizations: [acme.organization])
      for walk in roleWalks {
        let random = try await walk.answer(client, freshID(), freshID())
        #expect(random.contains("ORGANIZATION_NOT_FOUND"))
        #expect(
          try await walk.answer(client, beta.organization.organizationID, beta.user.userID)
            == random, "\(walk.method.name)")
      }
    }
  }
}
