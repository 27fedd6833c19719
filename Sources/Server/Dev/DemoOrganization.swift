package import Crypto
package import Domain
import EventLoop
package import Postgres
import Store

/// The organization `demo` with the roles of its template and its 1,000 invented users, the first
/// of them with the highest role; made in one transaction with an event for each, as if by an
/// operator.
package struct DemoOrganization {
  private let database: Database
  private let keys: KeyRing

  /// - Parameter database: logged in as roster_service.
  package init(_ database: Database, keys: KeyRing) {
    self.database = database
    self.keys = keys
  }

  /// Its id; made when it is not there yet.
  package func claim() async throws -> OrganizationID {
    if let id = try await find() { return id }
    return try await create(try Slug("demo"))
  }

  /// Its id; nil: it is not there yet.
  package func find() async throws -> OrganizationID? {
    let found = try await database.read(
      FindOrganizationBySlug(try Slug("demo")), as: .system, deadline: Self.deadline)
    return found.first?.id
  }

  private static var deadline: MonotonicInstant {
    MonotonicInstant.now().advanced(by: .seconds(30))
  }

  private func create(_ slug: Slug) async throws -> OrganizationID {
    let transaction = try await database.begin(
      as: .organization(high: 0, low: 0), kind: .bulk, deadline: Self.deadline)
    // The first flush tells the transaction's time, from which every id is made.
    var question = Batch()
    let pending = question.add(ListPermissions())
    let catalogue = try await transaction.flush(question).rows(pending)
    let now = Timestamp(microseconds: transaction.time)
    let id: OrganizationID = Self.makeID(at: now)
    transaction.setOrganization(high: id.uuid.high, low: id.uuid.low)
    var batch = Batch()
    let settings = OrganizationSettings()
    batch.add(
      InsertOrganization(
        Organization(
          id: id, slug: slug, name: try Name(nfc: "Demo"), settings: settings, at: now)))
    batch.add(
      InsertEvent(
        Self.event(.organizationCreated, EventTarget(.organization, id.uuid), in: id, at: now)))
    let roles = settings.roleTemplate.roles.map {
      $0.made(Self.makeID(at: now), in: id, limitedTo: catalogue, at: now)
    }
    for role in roles { batch.add(InsertRole(role)) }
    let people = try DemoNames.people.map { try add($0, to: &batch, in: id, at: now) }
    if let first = people.first, let highest = roles.last {
      try give(highest, to: first, &batch, at: now)
    }
    _ = try await transaction.commit(batch)
    return id
  }

  private func give(
    _ role: Role, to user: UserID, _ batch: inout Batch, at now: Timestamp
  ) throws {
    let organization = role.organization
    batch.add(
      InsertGrant(
        try RoleGrant(
          id: Self.makeID(at: now), organization: organization,
          RoleGrant.Wish(role: role.id, holder: .user(user)), by: .system, at: now)))
    batch.add(
      InsertEvent(
        Self.event(.grantCreated, EventTarget(.user, user.uuid), in: organization, at: now)))
  }

  private func add(
    _ person: DemoPerson, to batch: inout Batch, in organization: OrganizationID, at now: Timestamp
  ) throws -> UserID {
    let id: UserID = Self.makeID(at: now)
    let origin = User.Origin(
      id: id, organization: organization, kind: .human, source: .manual, createdAt: now)
    let profile = UserProfile(
      email: EmailAddress(stored: person.email), givenName: try Name(nfc: person.givenName),
      familyName: try Name(nfc: person.familyName))
    batch.add(InsertUser(User(origin, profile: profile), emailID: Self.makeID(at: now)))
    batch.add(
      InsertSubjectKey(
        organization: organization, subject: id, sealedKey: sealedKey(of: id, in: organization),
        at: now))
    batch.add(
      InsertEvent(
        Self.event(.userCreated, EventTarget(.user, id.uuid), in: organization, at: now)))
    return id
  }

  private func sealedKey(of subject: UserID, in organization: OrganizationID) -> [UInt8] {
    let context = SubjectKeySeal.context(subject, in: organization)
    return keys.seal(SecureRandom().bytes(Key256.byteCount), for: .subject, in: context)
  }

  private static func event(
    _ action: EventAction, _ target: EventTarget, in organization: OrganizationID,
    at now: Timestamp
  ) -> Event {
    Event(
      id: makeID(at: now), organization: organization, at: now, actor: .system, action: action,
      target: target)
  }

  private static func makeID<ID: ResourceID>(at now: Timestamp) -> ID {
    ID.make(at: now, random: (SecureRandom().word(), SecureRandom().word()))
  }
}
