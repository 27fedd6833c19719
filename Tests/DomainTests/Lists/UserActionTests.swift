import Domain
import Testing

@Suite struct `The actions on a user` {
  private func user(
    _ state: UserState, locked: Bool = false, kind: UserKind = .human,
    source: UserSource = .manual
  ) -> User {
    let origin = User.Origin(
      id: UserID(.nil), organization: OrganizationID(.nil), kind: kind, source: source,
      createdAt: Timestamp(microseconds: 0))
    let lock = UserLock(at: Timestamp(microseconds: 0), reason: Reason(stored: ""))
    let standing = User.Standing(
      state: state, lock: locked ? lock : nil, emailVerifiedAt: nil, version: 1,
      updatedAt: Timestamp(microseconds: 0))
    return User(
      origin: origin, standing: standing,
      profile: UserProfile(email: EmailAddress(stored: "ada@demo.example")))
  }

  private func actions(_ user: User, _ settings: OrganizationSettings = .init()) -> String {
    user.availableActions(settings) { _ in true }.map(\.rawValue).joined(separator: " ")
  }

  @Test func `follow the state`() {
    #expect(actions(user(.active)) == "edit lock deactivate delete change_role")
    #expect(actions(user(.active, locked: true)) == "edit unlock deactivate delete change_role")
    #expect(actions(user(.inactive)) == "edit lock reactivate delete change_role")
    #expect(
      actions(user(.invited)) == "edit lock change_role resend_invitation cancel_invitation")
    #expect(actions(user(.deleted)) == "undelete")
    #expect(actions(user(.deleted, locked: true)) == "undelete")
  }

  @Test func `follow kind and source`() {
    #expect(actions(user(.invited, kind: .service)) == "edit lock change_role")
    #expect(actions(user(.active, source: .directory)) == "lock deactivate change_role")
    #expect(actions(user(.inactive, source: .directory)) == "lock reactivate change_role")
    #expect(actions(user(.deleted, source: .directory)) == "")
  }

  @Test func `follow the organization's settings`() {
    var settings = OrganizationSettings()
    settings.deletion.requiresInactive = true
    settings.roleMode = .groups
    #expect(actions(user(.active), settings) == "edit lock deactivate")
    #expect(actions(user(.inactive), settings) == "edit lock reactivate delete")
  }

  @Test func `are those that the caller may do`() {
    let permitted: Set<UserAction> = [.lock, .reactivate]
    let found = user(.active).availableActions(.init()) { permitted.contains($0) }
    #expect(found == [.lock])
  }

  @Test func `each need a permission of Roster's own`() {
    #expect(
      Set(UserAction.allCases.map(\.permission)) == [
        "users.edit", "users.lock", "users.deactivate", "users.delete", "grants.edit",
        "users.create",
      ])
  }
}
