import API
import RPC
import SwiftProtobuf
import Testing

@Suite struct `A change of the address` {
  private func verify(
    _ email: String, of user: Roster_V1_User
  ) -> Roster_V1_VerifyEmailRequest {
    .with {
      $0.organizationID = user.organizationID
      $0.userID = user.userID
      $0.email = email
    }
  }

  @Test func `waits until it is confirmed`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let waiting = try await world.root.users.updateUser(
        .user(user, .with { $0.email = "countess@example.com" }))
      #expect(waiting.changed)
      #expect(waiting.user.email == "ada@example.com")
      #expect(waiting.user.pendingEmail == "countess@example.com")
      let byNew = await failure { () throws(Status) in
        try await world.root.users.getUserByEmail(
          .with {
            $0.organizationID = organization.organizationID
            $0.email = "countess@example.com"
          })
      }
      #expect(byNew.reason == "USER_NOT_FOUND")
      let response = try await world.root.users.verifyEmail(
        verify("Countess@example.com", of: user))
      #expect(response.changed)
      #expect(response.user.email == "countess@example.com")
      #expect(response.user.pendingEmail.isEmpty && response.user.hasEmailVerifyTime)
      #expect(
        try await world.ask("SELECT address FROM roster.emails") == ["countess@example.com"])
      #expect(
        try await !world.root.users.verifyEmail(verify("countess@example.com", of: user)).changed)
      let old = await failure { () throws(Status) in
        try await world.root.users.verifyEmail(verify("ada@example.com", of: user))
      }
      #expect(old.code == .failedPrecondition)
      #expect(old.reason == "EMAIL_NOT_OF_USER")
    }
  }

  @Test func `is taken back by writing the present one, and with the rest of the call`()
    async throws
  {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      _ = try await world.root.users.updateUser(
        .user(user, .with { $0.email = "countess@example.com" }))
      let back = try await world.root.users.updateUser(
        .user(
          user,
          .with {
            $0.email = "ada@example.com"
            $0.givenName = "Ada"
          }))
      #expect(back.user.pendingEmail.isEmpty && back.user.givenName == "Ada")
    }
  }

  @Test func `to another's address is refused at once, and reserves nothing`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let ada = try await world.user("ada@example.com", in: organization)
      let bob = try await world.user("bob@example.com", in: organization)
      let taken = await failure { () throws(Status) in
        try await world.root.users.updateUser(
          .user(
            ada,
            .with {
              $0.email = "bob@example.com"
              $0.givenName = "Ada"
            }))
      }
      #expect(taken.code == .alreadyExists)
      #expect(taken.metadata["user_id"] == bob.userID)
      #expect(try await world.root.users.getUser(.user(ada)).user == ada)

      _ = try await world.root.users.updateUser(.user(ada, .with { $0.email = "eve@example.com" }))
      let eve = try await world.user("eve@example.com", in: organization)
      let late = await failure { () throws(Status) in
        try await world.root.users.verifyEmail(verify("eve@example.com", of: ada))
      }
      #expect(late.reason == "EMAIL_ALREADY_EXISTS")
      #expect(late.metadata["user_id"] == eve.userID)
    }
  }

  @Test func `of a service account holds at once`() async throws {
    try await World.with { world in
      var request = Roster_V1_CreateUserRequest.user(
        "robot@example.com", in: try await world.organization())
      request.kind = .service
      let user = try await world.root.users.createUser(request).user
      let changed = try await world.root.users.updateUser(
        .user(user, .with { $0.email = "robot2@example.com" }))
      #expect(changed.user.email == "robot2@example.com")
    }
  }

  @Test func `tells the event what was and what waits`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await world.organization())
      _ = try await world.root.users.updateUser(
        .user(user, .with { $0.email = "countess@example.com" }))
      let documents = try await world.export(user)["events"] ?? []
      #expect(documents.contains { $0.contains(#""pending_email":"countess@example.com""#) })
    }
  }
}

@Suite struct `Required fields of an organization` {
  @Test func `can't be taken away by an update, and stand in no other update's way`()
    async throws
  {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      _ = try await world.root.organizations.updateOrganizationSettings(
        .with {
          $0.organizationID = organization.organizationID
          $0.settings.requiredFields = ["given_name", "external_id"]
        })
      #expect(
        try await world.root.users.updateUser(.user(user, .with { $0.familyName = "King" })).changed
      )
      for (mask, path) in [("given_name", "user.given_name"), ("external_id", "user.external_id")] {
        let status = await failure { () throws(Status) in
          try await world.root.users.updateUser(.user(user, .init(), mask: [mask]))
        }
        #expect(status.reason == "FIELD_REQUIRED_BY_ORGANIZATION")
        #expect(status.badFields == [path])
      }
    }
  }
}
