import API
import RPC
import Service
import SwiftProtobuf
import Testing

@Suite struct `Deleting a user` {
  /// Deletions need no confirmation; `change` says the rest.
  private func organization(
    _ world: World, _ change: (inout Roster_V1_DeletionSettings) -> Void = { _ in }
  ) async throws -> Roster_V1_Organization {
    var settings = Roster_V1_OrganizationSettings()
    settings.deletion.confirmation = .none
    change(&settings.deletion)
    return try await world.organization(settings: settings)
  }

  @Test func `softly hides it, and frees its address and external id`() async throws {
    try await World.with { world in
      let organization = try await organization(world)
      let user = try await world.user("ada@example.com", in: organization)
      _ = try await world.root.users.updateUser(.user(user, .with { $0.externalID = "hr-1" }))
      try await world.group("Sales", of: [user])
      var request = Roster_V1_DeleteUserRequest.user(user)
      request.notify = true
      let response = try await world.root.users.deleteUser(request)
      #expect(response.changed && response.warnings.isEmpty)
      let gone = await failure { () throws(Status) in
        try await world.root.users.getUser(.user(user))
      }
      #expect(gone.reason == "USER_NOT_FOUND")
      #expect(try await world.groups(of: user) == [])
      #expect(try await world.count("roster.outbox WHERE template = 'user_deleted'") == 1)
      #expect(
        try await world.ask(
          "SELECT (purge_at - deleted_at)::text FROM roster.users WHERE state = 'deleted'")
          == ["30 days"])
      let again = await failure { () throws(Status) in
        try await world.root.users.deleteUser(.user(user, .soft))
      }
      #expect(again.reason == "USER_NOT_FOUND")

      var next = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      next.user.externalID = "hr-1"
      let other = try await world.root.users.createUser(next).user
      #expect(other.userID != user.userID)
      #expect(try await world.groups(of: other) == [])
    }
  }

  @Test func `softly is undone whole, and once the address is taken not at all`() async throws {
    try await World.with { world in
      let organization = try await organization(world)
      let user = try await world.user("ada@example.com", in: organization)
      try await world.group("Sales", of: [user])
      _ = try await world.root.users.deleteUser(.user(user, .soft))
      let back = try await world.root.users.undeleteUser(.user(user))
      #expect(back.changed)
      #expect(back.user.state == .active && back.user.email == "ada@example.com")
      #expect(try await world.root.users.getUser(.user(user)).user == back.user)
      #expect(try await world.groups(of: user) == ["Sales"])
      #expect(try await !world.root.users.undeleteUser(.user(user)).changed)

      _ = try await world.root.users.deleteUser(.user(user, .soft))
      let other = try await world.user("ada@example.com", in: organization)
      let status = await failure { () throws(Status) in
        try await world.root.users.undeleteUser(.user(user))
      }
      #expect(status.reason == "EMAIL_ALREADY_EXISTS")
      #expect(status.metadata["user_id"] == other.userID)
    }
  }

  @Test func `who was inactive comes back inactive, its memberships with its reactivation`()
    async throws
  {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await organization(world))
      try await world.group("Sales", of: [user])
      _ = try await world.root.users.deactivateUser(.user(user, reason: "leave"))
      _ = try await world.root.users.deleteUser(.user(user, .soft))
      let back = try await world.root.users.undeleteUser(.user(user)).user
      #expect(back.state == .inactive && back.deactivation.reason == "leave")
      #expect(try await world.groups(of: user) == [])
      _ = try await world.root.users.reactivateUser(.user(user))
      #expect(try await world.groups(of: user) == ["Sales"])
    }
  }

  @Test func `softly ends for good after retention_days, recorded or not`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await organization(world))
      _ = try await world.root.users.deleteUser(.user(user, .soft))
      _ = try await world.ask("UPDATE roster.users SET purge_at = now()")
      let late = await failure { () throws(Status) in
        try await world.root.users.undeleteUser(.user(user))
      }
      #expect(late.reason == "USER_NOT_FOUND")
      #expect(try await UserSweep(world.pool).sweep().purged == 1)
      #expect(try await world.count("roster.users") == 0)
      #expect(try await world.count("roster.emails") == 0)
      #expect(try await world.count("roster.subject_keys") == 1)
      #expect(try await world.eventActions().last == "user.purged")
    }
  }

  @Test func `permanently keeps the audit, which can still be read`() async throws {
    try await World.with { world in
      let organization = try await organization(world)
      var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
      request.initialPassword = "correct horse"
      let user = try await world.root.users.createUser(request).user
      try await world.group("Sales", of: [user])
      _ = try await world.root.users.deleteUser(.user(user, .permanent))
      for table in ["users", "emails", "passwords", "user_activity", "group_members"] {
        #expect(try await world.count("roster.\(table)") == 0, "\(table)")
      }
      #expect(try await world.ask("SELECT member_count::text FROM roster.groups") == ["0"])
      #expect(try await world.count("roster.subject_keys") == 1)
      #expect(
        try await world.count(
          "roster.events WHERE target_details IS NOT NULL AND target_id = "
            + "'\(user.userID)'") == 2)
    }
  }

  @Test func `hard erases what the audit says too, and messages and answers`() async throws {
    try await World.with { world in
      let organization = try await organization(world)
      let user = try await world.user("ada@example.com", in: organization)
      var lock = Roster_V1_LockUserRequest.user(user)
      lock.notify = true
      _ = try await world.root.users.lockUser(lock)
      _ = try await world.root.users.deleteUser(.user(user, .hard))
      for table in ["users", "emails", "subject_keys", "outbox"] {
        #expect(try await world.count("roster.\(table)") == 0, "\(table)")
      }
      #expect(
        try await world.ask(
          "SELECT target_details::text FROM roster.events WHERE action = 'user.deleted'") == [nil])
    }
  }

  @Test func `that is already soft-deleted can be made for good`() async throws {
    try await World.with { world in
      let user = try await world.user("ada@example.com", in: try await organization(world))
      _ = try await world.root.users.deleteUser(.user(user, .soft))
      _ = try await world.root.users.deleteUser(.user(user, .hard))
      #expect(try await world.count("roster.users") == 0)
    }
  }

  @Test func `lets whoever comes after it inherit nothing`() async throws {
    try await World.with { world in
      let organization = try await organization(world)
      try await world.administrators([try await world.user("root@example.com", in: organization)])
      for mode in [Roster_V1_DeletionMode.soft, .permanent, .hard] {
        var request = Roster_V1_CreateUserRequest.user("ada@example.com", in: organization)
        request.user.externalID = "hr-1"
        request.initialPassword = "correct horse"
        let user = try await world.root.users.createUser(request).user
        try await world.group("Sales \(mode)", of: [user])
        try await world.administrators([user])
        _ = try await world.root.users.lockUser(.user(user, reason: "stolen")).changed
        _ = try await world.root.users.deleteUser(.user(user, mode))
        request.initialPassword = ""
        let next = try await world.root.users.createUser(request).user
        #expect(next.userID != user.userID)
        #expect(!next.hasLock && next.etag == "1")
        for table in ["passwords", "group_members", "role_grants"] {
          #expect(
            try await world.count("roster.\(table) WHERE user_id = '\(next.userID)'") == 0)
        }
        let told = try await world.export(next)
        #expect(told["events"]?.count == 1)
        _ = try await world.root.users.deleteUser(.user(next, .hard))
      }
    }
  }

  @Test func `is kept to the modes the organization allows`() async throws {
    try await World.with { world in
      let organization = try await organization(world) { $0.modes = [.permanent] }
      let user = try await world.user("ada@example.com", in: organization)
      let status = await failure { () throws(Status) in
        try await world.root.users.deleteUser(.user(user, .soft))
      }
      #expect(status.code == .failedPrecondition)
      #expect(status.reason == "DELETION_MODE_NOT_ALLOWED")
      #expect(status.metadata["mode"] == "soft")
      _ = try await world.root.users.deleteUser(.user(user))
      #expect(try await world.count("roster.users") == 0)
    }
  }

  @Test func `waits for the user to be inactive, and long enough`() async throws {
    try await World.with { world in
      let organization = try await organization(world) {
        $0.requiresInactive = true
        $0.minInactiveDays = 30
      }
      let user = try await world.user("ada@example.com", in: organization)
      let active = await failure { () throws(Status) in
        try await world.root.users.deleteUser(.user(user))
      }
      #expect(active.reason == "USER_NOT_INACTIVE")
      _ = try await world.root.users.deactivateUser(.user(user))
      var preview = Roster_V1_DeleteUserRequest.user(user)
      preview.validateOnly = true
      #expect(try await world.root.users.deleteUser(preview).warnings == [.inactiveTooShort])
      _ = try await world.root.organizations.updateOrganizationSettings(
        .with {
          $0.organizationID = organization.organizationID
          $0.settings.deletion.refuseBeforeMinInactiveDays = true
        })
      let short = await failure { () throws(Status) in
        try await world.root.users.deleteUser(.user(user))
      }
      #expect(short.reason == "INACTIVE_TOO_SHORT")
      #expect(short.metadata["days"] == "30")
      _ = try await world.ask(
        "UPDATE roster.users SET deactivated_at = now() - interval '30 days'")
      #expect(try await world.root.users.deleteUser(.user(user)).changed)
    }
  }

  @Test func `is confirmed by typing the address`() async throws {
    try await World.with { world in
      let organization = try await organization(world) { $0.confirmation = .typeEmail }
      let user = try await world.user("ada@example.com", in: organization)
      var request = Roster_V1_DeleteUserRequest.user(user)
      for (typed, reason) in [
        ("", "FIELD_REQUIRED"), ("bob@example.com", "CONFIRMATION_MISMATCH"),
        ("ada", "CONFIRMATION_MISMATCH"),
      ] {
        request.confirmEmail = typed
        let status = await failure { () throws(Status) in
          try await world.root.users.deleteUser(request)
        }
        #expect(status.code == .invalidArgument)
        #expect(status.reason == reason)
        #expect(status.badFields == ["confirm_email"])
      }
      request.confirmEmail = "Ada@Example.com"
      #expect(try await world.root.users.deleteUser(request).changed)
    }
  }

  @Test func `is refused where it takes a sign-in that nobody can show`() async throws {
    try await World.with { world in
      let organization = try await world.organization()
      let user = try await world.user("ada@example.com", in: organization)
      let (_, acting) = try await world.person("admin", in: organization)
      for client in [world.root, acting] {
        let status = await failure { () throws(Status) in
          try await client.users.deleteUser(.user(user))
        }
        #expect(status.code == .failedPrecondition)
        #expect(status.reason == "STEP_UP_REQUIRED")
      }
      #expect(try await world.count("roster.users WHERE state = 'active'") == 2)
    }
  }
}
