import Crypto
import Domain
import Postgres
import Store

/// One mutation between its two flushes: what flush 1 found, and what flush 2 will write.
struct Mutation: ~Copyable {
  let ground: ServiceGround
  let caller: Caller
  /// The transaction's time: every instant the mutation writes or answers.
  let now: Timestamp
  /// The organization, unless the mutation is the installation's.
  let organization: Organization?
  let requestID: RequestID?
  private let results: BatchResults
  private let hasAdministrator: Bool
  private let actorKey: SubjectKey?

  /// What flush 2 writes, in order.
  var changes = Batch()
  /// Of whom the events tell, and so the answer.
  private var subjects: Set<UserID> = []
  /// The context of flush 2 where it differs from that of flush 1.
  private(set) var nextOrganization: OrganizationID?

  init(
    _ ground: ServiceGround, _ caller: Caller, _ found: FirstFlush, requestID: RequestID?
  ) {
    self.ground = ground
    self.caller = caller
    self.requestID = requestID
    now = found.time
    organization = found.organization
    results = found.results
    hasAdministrator = found.hasAdministrator
    actorKey = found.actorKey
  }

  /// The rows of a statement of flush 1.
  func rows<S: Statement>(_ pending: Pending<S>) throws(ServiceFailure) -> [S.Row] {
    do throws(DatabaseError) {
      return try results.rows(pending)
    } catch {
      throw ServiceFailure(error)
    }
  }

  /// The only row of a statement of flush 1; nil when there is none.
  func row<S: Statement>(_ pending: Pending<S>) throws(ServiceFailure) -> S.Row? {
    do throws(DatabaseError) {
      return try results.row(pending)
    } catch {
      throw ServiceFailure(error)
    }
  }

  func makeID<ID: ResourceID>() -> ID {
    ground.makeID(at: now)
  }

  /// The organization that the mutation belongs to.
  func requireOrganization() throws(ServiceFailure) -> Organization {
    guard let organization else { throw .broken("the mutation has no organization") }
    return organization
  }

  /// Flush 2 runs in the context of an organization that it creates.
  mutating func enter(_ organization: OrganizationID) {
    nextOrganization = organization
  }

  /// The person with whom the stored answer is erased; nil when it tells of nobody or of several:
  /// such an answer keeps its 24 hours.
  var subject: UserID? { subjects.count == 1 ? subjects.first : nil }

  /// What flush 2 writes, to be sent.
  mutating func takeChanges() -> Batch {
    var taken = Batch()
    swap(&taken, &changes)
    return taken
  }
}

// MARK: - Authorization

extension Mutation {
  /// The person that is acted for; nil: a backend acts for itself.
  var actor: Subject? { caller.authorization.subject }

  /// Lets flush 2 end only while the organization has an administrator, if it had one: the last of
  /// the changes. For plans that lock the organization.
  mutating func requireAdministrator() {
    guard hasAdministrator else { return }
    changes.add(RequireAdministrator(organization: caller.organization))
  }

  /// Checks that the actor holds all of these rights, and a rank as high: nobody gives more than
  /// they hold. A backend for itself gives what its operator lets it.
  func requireCovering(_ rights: Rights, rank: Int) throws(ServiceFailure) {
    guard let actor else { return }
    if let missing = rights.subtracting(actor.rights).sorted.first {
      throw .refused(.rightsExceeded(missing: missing.text))
    }
    guard rank <= actor.rank else { throw .refused(.rankTooLow) }
  }

  /// Checks that the actor may change the user.
  /// - Parameter subject: nil: the user is no more.
  func requireManaging(_ subject: Subject?, _ user: UserID) throws(ServiceFailure) {
    guard let actor else { return }
    guard let subject else { throw .missing(.user(user)) }
    do throws(Subject.Refusal) {
      try actor.requireManaging(subject, within: caller.reach)
    } catch {
      switch error {
      case .outOfReach: throw .missing(.user(user))
      case .belongsElsewhere, .outranked: throw .refused(.rankTooLow)
      }
    }
  }
}

// MARK: - Events and mail

extension Mutation {
  /// The stored key of a user, read in flush 1; nil when the user was erased.
  func subjectKey(
    _ pending: Pending<FindSubjectKey>, of user: UserID
  ) throws(ServiceFailure) -> SubjectKey? {
    guard let sealed = try row(pending) else { return nil }
    return try SubjectKey(
      opening: sealed, of: user, in: caller.organization, ground.ring)
  }

  /// Writes the event of a user.
  /// - Parameter key: nil: the user was erased, so that nothing about it is kept.
  mutating func record(
    _ action: EventAction, _ user: User, _ details: JSONValue, key: SubjectKey?
  ) {
    subjects.insert(user.id)
    var event = makeEvent(action, EventTarget(.user, user.id.uuid), in: user.organization)
    event.targetDetails = key?.seal(
      details, for: "event", of: event.id.uuid, in: user.organization)
    changes.add(InsertEvent(event))
  }

  /// Writes the event of what is no person.
  @discardableResult
  mutating func record(
    _ action: EventAction, _ target: EventTarget, _ details: JSONValue,
    in organization: OrganizationID
  ) -> Event {
    var event = makeEvent(action, target, in: organization)
    event.targetDetails = ground.sealDetails(details, of: event)
    changes.add(InsertEvent(event))
    return event
  }

  /// Writes events of several users by one statement.
  mutating func record(_ notes: [UserNote], in organization: OrganizationID) {
    let events = notes.map { note in
      var event = makeEvent(note.action, EventTarget(.user, note.user.uuid), in: organization)
      event.targetDetails = note.key?.seal(
        note.details, for: "event", of: event.id.uuid, in: organization)
      return event
    }
    if let statement = InsertEvents(events) { changes.add(statement) }
  }

  /// Decides that the user gets a mail.
  mutating func notify(_ template: OutboxMessage.Template, _ user: User, key: SubjectKey?) {
    guard let key else { return }
    let id: OutboxID = makeID()
    let payload = JSONValue.object([
      "email": .string(user.profile.email.text), "name": .string(user.profile.shownName),
      "locale": .string(user.profile.locale.text),
    ])
    let message = OutboxMessage(
      id: id, organization: user.organization, template: template, subject: user.id,
      sealedPayload: key.seal(payload, for: "outbox", of: id.uuid, in: user.organization),
      at: now)
    changes.add(InsertOutboxMessage(message))
  }

  private func makeEvent(
    _ action: EventAction, _ target: EventTarget, in organization: OrganizationID
  ) -> Event {
    var event = Event(
      id: makeID(), organization: organization, at: now, actor: caller.principal,
      action: action, target: target)
    event.requestID = requestID
    event.traceID = caller.traceID
    // A person acts through a backend: say which.
    event.actorDetails = actorKey?.seal(
      .object(caller.credential.backend), for: "actor",
      of: event.id.uuid, in: organization)
    return event
  }
}

/// What an event tells of one of several users.
struct UserNote {
  let action: EventAction
  let user: UserID
  let details: JSONValue
  /// Nil: the user was erased, so that nothing about it is kept.
  let key: SubjectKey?
}
