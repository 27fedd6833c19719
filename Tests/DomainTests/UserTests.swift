import Domain
import Testing

private let start = Timestamp(microseconds: 1_000_000)
private let later = Timestamp(microseconds: 2_000_000)

private func user() -> User {
  let origin = User.Origin(
    id: UserID(high: 1, low: 1), organization: OrganizationID(high: 2, low: 2), kind: .human,
    source: .manual, createdAt: start)
  return User(origin, profile: profile())
}

private func user(in state: UserState) -> User {
  let standing = User.Standing(
    state: state, lock: nil, emailVerifiedAt: start, version: 7, updatedAt: start)
  let origin = User.Origin(
    id: UserID(high: 1, low: 1), organization: OrganizationID(high: 2, low: 2), kind: .human,
    source: .manual, createdAt: start)
  return User(origin: origin, standing: standing, profile: profile())
}

private func profile() -> UserProfile {
  UserProfile(
    email: EmailAddress(stored: "ada@demo.example"), givenName: Name(stored: "Ada"),
    familyName: Name(stored: "Lovelace"))
}

@Suite struct `Creating a user` {
  @Test func `makes it active at once, its address unverified`() {
    let user = user()
    #expect(user.state == .active)
    #expect(user.emailVerifiedAt == nil)
    #expect(user.version == 1)
    #expect(user.updatedAt == user.createdAt)
    #expect(!user.isLocked)
  }
}

@Suite struct `Locking a user` {
  @Test func `notes the instant and the reason`() throws {
    var user = user()
    #expect(try user.lock(at: later, reason: Reason(stored: "left the company")))
    #expect(user.lock == UserLock(at: later, reason: Reason(stored: "left the company")))
    #expect(user.version == 2)
    #expect(user.updatedAt == later)
    #expect(user.state == .active)
  }

  @Test func `keeps the first instant and reason when locked twice`() throws {
    var user = user()
    _ = try user.lock(at: start, reason: Reason(stored: "first"))
    let once = user
    #expect(try !user.lock(at: later, reason: Reason(stored: "second")))
    #expect(user == once)
  }

  @Test(arguments: [UserState.invited, .active, .inactive])
  func `stands beside the state`(state: UserState) throws {
    var user = user(in: state)
    #expect(try user.lock(at: later, reason: Reason(stored: "")))
    #expect(user.state == state)
  }

  @Test func `is refused once it is deleted`() {
    var user = user(in: .deleted)
    let before = user
    #expect(throws: User.Refusal.deleted) {
      _ = try user.lock(at: later, reason: Reason(stored: ""))
    }
    #expect(user == before)
  }
}

@Suite struct `Unlocking a user` {
  @Test func `takes the lock away`() throws {
    var user = user()
    _ = try user.lock(at: start, reason: Reason(stored: ""))
    #expect(try user.unlock(at: later))
    #expect(user.lock == nil)
    #expect(user.version == 3)
    #expect(user.updatedAt == later)
  }

  @Test func `changes nothing when there is no lock`() throws {
    var user = user()
    let before = user
    #expect(try !user.unlock(at: later))
    #expect(user == before)
  }

  @Test func `is refused once it is deleted`() {
    var user = user(in: .deleted)
    #expect(throws: User.Refusal.deleted) { _ = try user.unlock(at: later) }
  }
}

@Suite struct `Updating a user` {
  @Test func `takes the named fields and no other`() throws {
    var user = user()
    var new = UserProfile(
      email: EmailAddress(stored: "grace@demo.example"), givenName: Name(stored: "Grace"))
    new.locale = LanguageTag(stored: "pt")
    #expect(
      try user.update(new, fields: [.givenName, .locale], at: later) == [.givenName, .locale])
    #expect(user.profile.givenName.text == "Grace")
    #expect(user.profile.locale.text == "pt")
    #expect(user.profile.familyName.text == "Lovelace")
    #expect(user.profile.email.text == "ada@demo.example")
    #expect(user.version == 2)
    #expect(user.updatedAt == later)
  }

  @Test func `changes nothing when every named field has its value already`() throws {
    var user = user()
    let before = user
    let changed = try user.update(profile(), fields: Set(UserField.allCases), at: later)
    #expect(changed == [])
    #expect(user == before)
  }

  @Test func `leaves another address unverified, and the same one verified`() throws {
    var user = user(in: .active)
    var new = profile()
    new.givenName = Name(stored: "Grace")
    _ = try user.update(new, fields: [.email, .givenName], at: later)
    #expect(user.emailVerifiedAt == start)
    new.email = EmailAddress(stored: "grace@demo.example")
    #expect(try user.update(new, fields: [.email], at: later) == [.email])
    #expect(user.emailVerifiedAt == nil)
  }

  @Test(arguments: UserField.allCases)
  func `writes each field`(field: UserField) throws {
    var new = UserProfile(
      email: EmailAddress(stored: "x@y.example"), givenName: Name(stored: "a"),
      familyName: Name(stored: "b"), displayName: Name(stored: "c"))
    new.externalID = ExternalID(stored: "d")
    new.locale = LanguageTag(stored: "eo")
    new.avatarURL = AvatarURL(stored: "https://x.example/")
    new.attributes = UserAttributes(stored: ["k": "v"])
    new.company = CompanyID(high: 1, low: 1)
    var user = user()
    #expect(try user.update(new, fields: [field], at: later) == [field])
  }

  @Test func `names its fields as the wire does`() {
    #expect(
      UserField.allCases.map(\.rawValue) == [
        "email", "given_name", "family_name", "display_name", "external_id", "locale",
        "avatar_url", "attributes", "company_id",
      ])
  }

  @Test func `is refused once it is deleted`() {
    var user = user(in: .deleted)
    #expect(throws: User.Refusal.deleted) {
      _ = try user.update(profile(), fields: [.email], at: later)
    }
  }
}

@Suite struct `The name that is shown` {
  @Test(arguments: [
    ("Ada", "Lovelace", "Countess", "Countess"), ("Ada", "Lovelace", "", "Ada Lovelace"),
    ("Ada", "", "", "Ada"), ("", "Lovelace", "", "Lovelace"), ("", "", "", ""),
  ])
  func `is the display name, else given and family name`(
    given: String, family: String, display: String, shown: String
  ) {
    let profile = UserProfile(
      email: EmailAddress(stored: "a@b.example"), givenName: Name(stored: given),
      familyName: Name(stored: family), displayName: Name(stored: display))
    #expect(profile.shownName == shown)
  }
}
