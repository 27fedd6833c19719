import Domain
import Testing

private let start = Timestamp(microseconds: 1_000_000)
private let later = start.advanced(by: .seconds(60))
private let day = Duration.seconds(24 * 60 * 60)
private let why = Reason(stored: "parental leave")

private func user(_ state: UserState = .active) -> User {
  let origin = User.Origin(
    id: UserID(high: 1, low: 1), organization: OrganizationID(high: 1, low: 2), kind: .human,
    source: .manual, createdAt: start)
  let standing = User.Standing(
    state: state, lock: nil, emailVerifiedAt: start, version: 1, updatedAt: start)
  return User(
    origin: origin, standing: standing,
    profile: UserProfile(email: EmailAddress(stored: "ada@example.com")))
}

@Suite struct `Deactivating` {
  @Test func `makes an active user inactive, with reason and end`() throws {
    var user = user()
    #expect(try user.deactivate(at: start, reason: why, until: later))
    #expect(user.state == .inactive)
    #expect(user.deactivation == UserDeactivation(at: start, reason: why, until: later))
    #expect(user.version == 2)
  }

  @Test func `twice keeps the first time and reason, and the later end`() throws {
    var user = user()
    _ = try user.deactivate(at: start, reason: why, until: later)
    let other = Reason(stored: "other")
    #expect(try !user.deactivate(at: later, reason: other, until: start))
    #expect(try user.deactivate(at: later, reason: other, until: nil))
    #expect(user.deactivation == UserDeactivation(at: start, reason: why, until: nil))
    #expect(try !user.deactivate(at: later, reason: other, until: later))
    #expect(user.version == 3)
  }

  @Test func `is refused of the invited and the deleted`() {
    for (state, refusal) in [(UserState.invited, User.Refusal.invited), (.deleted, .deleted)] {
      var user = user(state)
      #expect(throws: refusal) {
        _ = try user.deactivate(at: start, reason: why, until: nil)
      }
      #expect(throws: refusal) { _ = try user.reactivate(at: start) }
    }
  }

  @Test func `ends by reactivation, once, and the lock stays`() throws {
    var user = user()
    _ = try user.lock(at: start, reason: why)
    _ = try user.deactivate(at: start, reason: why, until: nil)
    #expect(try user.reactivate(at: later))
    #expect(user.state == .active && user.deactivation == nil && user.isLocked)
    #expect(try !user.reactivate(at: later))
  }

  @Test func `that ended by itself can still be recorded by reactivation`() throws {
    var standing = User.Standing(
      state: .active, lock: nil, emailVerifiedAt: nil, version: 4, updatedAt: start)
    standing.deactivation = UserDeactivation(at: start, reason: why, until: later)
    let some = user()
    var user = User(
      origin: User.Origin(
        id: some.id, organization: some.organization, kind: .human, source: .manual,
        createdAt: start), standing: standing, profile: some.profile)
    #expect(try user.reactivate(at: later))
    #expect(user.deactivation == nil && user.version == 5)
  }
}

@Suite struct `A lock with an end` {
  @Test func `is extended by a later end, and by none, and never shortened`() throws {
    var user = user()
    let end = later.advanced(by: day)
    #expect(try user.lock(at: start, reason: why, until: later))
    #expect(try !user.lock(at: start, reason: Reason(stored: "x"), until: later))
    #expect(try user.lock(at: later, reason: Reason(stored: "x"), until: end))
    #expect(user.lock == UserLock(at: start, reason: why, until: end))
    #expect(try user.lock(at: later, reason: Reason(stored: "x"), until: nil))
    #expect(try !user.lock(at: later, reason: Reason(stored: "x"), until: end))
    #expect(user.lock == UserLock(at: start, reason: why, until: nil))
  }
}

@Suite struct `Changing the address` {
  private func profile(_ email: String) -> UserProfile {
    UserProfile(email: EmailAddress(stored: email))
  }

  private func write(
    _ email: String, to user: inout User, atOnce: Bool = false
  ) throws -> Set<UserField> {
    try user.update(profile(email), fields: [.email], emailAtOnce: atOnce, at: later)
  }

  @Test func `leaves the present one until the new one is confirmed`() throws {
    var user = user()
    #expect(try write("countess@example.com", to: &user) == [.email])
    #expect(user.profile.email.text == "ada@example.com")
    #expect(user.pendingEmail?.text == "countess@example.com")
    #expect(user.emailVerifiedAt == start)
    #expect(try write("countess@example.com", to: &user) == [])
    #expect(user.version == 2)
    #expect(try user.verify(EmailAddress(stored: "countess@example.com"), at: later))
    #expect(user.profile.email.text == "countess@example.com")
    #expect(user.pendingEmail == nil && user.emailVerifiedAt == later)
  }

  @Test func `is taken back by writing the present one`() throws {
    var user = user()
    _ = try write("countess@example.com", to: &user)
    #expect(try write("ada@example.com", to: &user) == [.email])
    #expect(user.pendingEmail == nil && user.emailVerifiedAt == start)
    #expect(try write("ada@example.com", to: &user) == [])
  }

  @Test func `at once leaves it unverified, and nothing pending`() throws {
    var user = user()
    _ = try write("countess@example.com", to: &user)
    #expect(try write("lovelace@example.com", to: &user, atOnce: true) == [.email])
    #expect(user.profile.email.text == "lovelace@example.com")
    #expect(user.pendingEmail == nil && user.emailVerifiedAt == nil)
    #expect(try user.verify(EmailAddress(stored: "lovelace@example.com"), at: later))
    #expect(try !user.verify(EmailAddress(stored: "lovelace@example.com"), at: later))
  }

  @Test func `is not confirmed by an address that nobody wrote`() throws {
    var user = user()
    _ = try write("countess@example.com", to: &user)
    #expect(throws: User.Refusal.emailNotOfUser) {
      _ = try user.verify(EmailAddress(stored: "eve@example.com"), at: later)
    }
  }
}

@Suite struct `Deleting` {
  private func inactive(since instant: Timestamp) throws -> User {
    var user = user()
    _ = try user.deactivate(at: instant, reason: why, until: nil)
    return user
  }

  @Test func `softly is undone to the state before, until the purge`() throws {
    for state in [UserState.active, .invited, .inactive] {
      var user = user(state)
      try user.softDelete(at: start, purgeAt: later)
      #expect(user.state == .deleted)
      var late = user
      #expect(throws: User.Refusal.deleted) { _ = try late.undelete(at: later) }
      #expect(try user.undelete(at: start))
      #expect(user.state == state && user.deletion == nil)
      #expect(try !user.undelete(at: start))
    }
  }

  @Test func `takes the first mode that is allowed`() {
    var rules = OrganizationSettings.Deletion()
    #expect(rules.mildestMode == .soft)
    rules.modes = [.hard, .permanent]
    #expect(rules.mildestMode == .permanent)
    #expect(throws: DeletionRefusal.modeNotAllowed(.soft)) {
      _ = try rules.check(.soft, of: user(), at: start)
    }
  }

  @Test func `only of inactive users is a setting`() throws {
    var rules = OrganizationSettings.Deletion()
    rules.requiresInactive = true
    #expect(throws: DeletionRefusal.notInactive) {
      _ = try rules.check(.soft, of: user(), at: start)
    }
    #expect(try rules.check(.soft, of: inactive(since: start), at: start) == [])
  }

  @Test func `before the days are over warns, or is refused`() throws {
    var rules = OrganizationSettings.Deletion()
    rules.minInactiveDays = 30
    let gone = try inactive(since: start)
    let end = start.advanced(by: day * 30)
    let before = Timestamp(microseconds: end.microseconds - 1)
    #expect(try rules.check(.hard, of: gone, at: before) == [.inactiveTooShort(days: 30)])
    #expect(try rules.check(.hard, of: gone, at: end) == [])
    #expect(try rules.check(.hard, of: user(), at: end) == [.inactiveTooShort(days: 30)])
    rules.refuseBeforeMinInactiveDays = true
    #expect(throws: DeletionRefusal.inactiveTooShort(days: 30)) {
      _ = try rules.check(.hard, of: gone, at: before)
    }
    #expect(try rules.check(.hard, of: gone, at: end) == [])
  }
}

@Suite struct `Required fields` {
  @Test func `are asked of an update only where it writes them`() {
    var settings = OrganizationSettings()
    settings.requiredFields = [.givenName, .company, .initialPassword]
    var profile = UserProfile(email: EmailAddress(stored: "ada@example.com"))
    #expect(
      settings.missingField(of: profile, hasInitialPassword: nil, written: [.familyName]) == nil)
    #expect(
      settings.missingField(of: profile, hasInitialPassword: nil, written: [.givenName])
        == .givenName)
    profile.givenName = Name(stored: "Ada")
    #expect(settings.missingField(of: profile, hasInitialPassword: true) == .company)
    profile.company = CompanyID(high: 1, low: 1)
    #expect(settings.missingField(of: profile, hasInitialPassword: nil) == nil)
    #expect(settings.missingField(of: profile, hasInitialPassword: false) == .initialPassword)
  }

  @Test func `have the company among them where everybody has one`() {
    var settings = OrganizationSettings()
    settings.companyMode = .required
    var profile = UserProfile(email: EmailAddress(stored: "ada@example.com"))
    #expect(settings.missingField(of: profile, hasInitialPassword: nil) == .company)
    #expect(
      settings.missingField(of: profile, hasInitialPassword: nil, written: [.email]) == nil)
    profile.company = CompanyID(high: 1, low: 1)
    #expect(settings.missingField(of: profile, hasInitialPassword: nil) == nil)
  }
}

@Suite struct `A company` {
  @Test func `has another name, or changes nothing`() {
    var company = Company(
      id: CompanyID(high: 1, low: 1), organization: OrganizationID(high: 1, low: 2),
      name: Name(stored: "North"), at: start)
    let isSame = !company.rename(Name(stored: "North"), at: later)
    #expect(isSame && company.version == 1)
    let isRenamed = company.rename(Name(stored: "South"), at: later)
    #expect(isRenamed)
    #expect(company.version == 2 && company.updatedAt == later)
  }

  @Test func `is where a user moves to, once`() {
    var user = user()
    let id = CompanyID(high: 1, low: 1)
    let moves = [user.move(to: id, at: later), user.move(to: id, at: later)]
    #expect(moves == [true, false])
    #expect(user.profile.company == id && user.version == 2)
    let isOut = user.move(to: nil, at: later)
    #expect(isOut && user.profile.company == nil)
  }
}
