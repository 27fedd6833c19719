import API
import Domain
import Store

extension ActivityService {
  /// Opens what the events say of people, each with the key of the person.
  func openDetails(
    of events: ArraySlice<EventRecord>, for caller: Caller
  ) async throws(ServiceFailure) -> OpenedDetails {
    var subjects: Set<UserID> = []
    for party in events.flatMap({ [$0.actor, $0.target] }) where party.sealedDetails != nil {
      if let subject = party.subject { subjects.insert(subject) }
    }
    var keys: [UserID: SubjectKey] = [:]
    if !subjects.isEmpty {
      let found = try await caller.read(
        FindSubjectKeys(organization: caller.organization, subjects: subjects.sorted()))
      for row in found {
        keys[row.subject] = try SubjectKey(
          opening: row.sealedKey, of: row.subject, in: caller.organization, ground.ring)
      }
    }
    return OpenedDetails(ground: ground, keys: keys)
  }
}

/// Opens details of events with the keys of those whom they tell of.
struct OpenedDetails {
  let ground: ServiceGround
  let keys: [UserID: SubjectKey]

  enum Outcome {
    case none
    case opened(JSONValue)
    /// The person's key is gone.
    case erased
    case unreadable
  }

  func actor(of event: EventRecord) -> Outcome {
    open(event.actor, "actor", event)
  }

  func target(of event: EventRecord) -> Outcome {
    open(event.target, "event", event)
  }

  private func open(
    _ party: EventRecord.Party, _ use: StaticString, _ event: EventRecord
  ) -> Outcome {
    guard let sealed = party.sealedDetails else { return .none }
    guard let subject = party.subject else {
      let opened = ground.ring.openDetails(sealed, of: event.id, in: event.organization)
      return opened.map { .opened($0) } ?? .unreadable
    }
    guard let key = keys[subject] else { return .erased }
    let opened = key.open(sealed, for: use, of: event.id.uuid, in: event.organization)
    return opened.map { .opened($0) } ?? .unreadable
  }
}

extension ArraySlice<EventRecord> {
  /// Bytes of details in one message: clients refuse one of 4 MiB, and a Struct takes more room
  /// than the text it was.
  private static var detailsByteCountMax: Int { 1 << 20 }

  /// As many from the first on as one message may have; at least one.
  var thatFit: Self {
    var byteCount = 0
    for (index, event) in zip(indices, self) {
      byteCount += event.actor.sealedDetails?.count ?? 0
      byteCount += event.target.sealedDetails?.count ?? 0
      if byteCount > Self.detailsByteCountMax, index > startIndex { return self[..<index] }
    }
    return self
  }
}
