package import Domain
package import Postgres
import Store

/// Seals events: of each organization with new ones a link of its chain, all in one transaction
/// that moves the mark. It may run in several processes at once: the mark's row is held by one.
///
/// A transaction that commits late is in progress in the snapshot of one seal and seen by that of
/// another, later one: its events are sealed then, and exactly once.
package struct Sealer: Sendable {
  /// Why events can't be sealed.
  package enum Failure: Error, CustomStringConvertible {
    case database(DatabaseError)
    /// The cluster's xids began again, and nobody raised the epoch.
    case historyRestarted(mark: SealPosition, present: SealPosition)

    package var description: String {
      switch self {
      case .database(let error): error.text
      case .historyRestarted(let mark, let present):
        """
        events are sealed up to transaction \(mark.snapshot.xmax), the cluster is at \
        \(present.snapshot.xmax): it was restored; SELECT roster.raise_epoch() as roster_owner
        """
      }
    }
  }

  /// What one step did.
  package struct Outcome: Sendable {
    package let seals: [EventSeal]
    package let eventCount: Int
    /// Whether there may be more to seal at once.
    package let isMore: Bool

    static let nothing = Outcome(seals: [], eventCount: 0, isMore: false)
  }

  /// Events sealed in one step, unless a single transaction wrote more.
  package static let eventCountMax = 2_000

  private let database: Database
  private let eventCountMax: Int

  /// - Parameter database: logged in as roster_system.
  package init(_ database: Database, eventCountMax: Int = Sealer.eventCountMax) {
    self.database = database
    self.eventCountMax = eventCountMax
  }

  /// One step. It does nothing while another process is at it.
  package func seal() async throws(Failure) -> Outcome {
    let outcome: Result<Outcome, Failure>
    do throws(DatabaseError) {
      let transaction = try await database.begin(as: .system, kind: .bulk, deadline: nil)
      outcome = try await seal(in: transaction)
    } catch {
      throw .database(error)
    }
    return try outcome.get()
  }

  private func seal(
    in transaction: Transaction
  ) async throws(DatabaseError) -> Result<Outcome, Failure> {
    guard let chunk = try await readChunk(in: transaction) else {
      await transaction.rollback()
      return .success(.nothing)
    }
    guard chunk.present.isNotBefore(chunk.mark) else {
      await transaction.rollback()
      return .failure(.historyRestarted(mark: chunk.mark, present: chunk.present))
    }
    guard !chunk.events.isEmpty else {
      await transaction.rollback()
      return .success(.nothing)
    }

    let events = Dictionary(grouping: chunk.events, by: \.organization)
    var second = Batch()
    let last = second.add(FindLastSeals(events.keys.sorted()))
    let lastSeals = try await transaction.flush(second).rows(last)
    let before = Dictionary(lastSeals.map { ($0.organization, $0) }) { first, _ in first }
    let now = Timestamp(microseconds: transaction.time)
    let seals = events.keys.sorted().map { organization in
      Self.seal(
        events[organization] ?? [], up: chunk.position, at: now,
        EventSeal.Place(after: before[organization], in: organization))
    }

    var third = Batch()
    third.add(InsertSeals(seals))
    third.add(AdvanceSealMark(chunk.position))
    _ = try await transaction.commit(third)
    return .success(
      Outcome(seals: seals, eventCount: chunk.events.count, isMore: chunk.isCut))
  }

  private static func seal(
    _ events: [SealableEvent], up position: SealPosition, at instant: Timestamp,
    _ place: EventSeal.Place
  ) -> EventSeal {
    let ordered = events.sorted { $0.id < $1.id }
    return EventSeal(
      place, position: position, eventCount: Int64(ordered.count), at: instant,
      digest: SealDigest.bytes(place, position, at: instant, of: ordered))
  }

  /// Nil while another process holds the mark.
  private func readChunk(in transaction: Transaction) async throws(DatabaseError) -> SealChunk? {
    var limit = eventCountMax
    var first = Batch()
    let held = first.add(HoldSealMark())
    var listed = first.add(ListUnsealedEvents(limit: limit))
    var results = try await transaction.flush(first)
    guard try results.row(held) != nil else { return nil }
    while true {
      let rows = try results.rows(listed)
      guard let row = rows.first else { return nil }
      let events = rows.compactMap(\.event)
      let chunk = SealChunk(
        mark: row.mark, present: row.present, events: events, isFull: events.count == limit)
      if let chunk { return chunk }
      // All of one transaction, which must not be cut.
      limit *= 4
      var again = Batch()
      listed = again.add(ListUnsealedEvents(limit: limit))
      results = try await transaction.flush(again)
    }
  }
}
