/// Which events of an organization: those that satisfy every part that is there.
package struct EventFilter: Hashable, Sendable {
  package var actor: UUID128?
  package var target: UUID128?
  /// As the actor or as the target.
  package var user: UserID?
  /// One of these; empty: any.
  package var actions: [EventAction] = []
  package var outcome: EventOutcome?
  /// From the first to before the second.
  package var ids: Range<EventID> = EventID.first..<EventID.last

  package init() {}

  /// Narrows it to a time, in whole milliseconds: that is what ids tell.
  /// - Returns: whether any instant is left.
  package mutating func narrow(from start: Timestamp?, before end: Timestamp?) -> Bool {
    let low = start.map { EventID.floor(of: $0) } ?? ids.lowerBound
    let high = end.map { EventID.floor(of: $0) } ?? ids.upperBound
    guard low < high else { return false }
    ids = low..<high
    return true
  }
}

extension EventID {
  package static let first = EventID(.nil)
  /// Past every event.
  package static let last = EventID(UUID128(high: .max, low: .max))

  /// The least id after this one; the last has none and stays.
  package var next: EventID {
    let (low, carries) = uuid.low.addingReportingOverflow(1)
    guard carries else { return EventID(UUID128(high: uuid.high, low: low)) }
    return uuid.high == .max ? self : EventID(UUID128(high: uuid.high + 1, low: 0))
  }

  /// Before every event of the instant's millisecond and after every one of those before it.
  package static func floor(of instant: Timestamp) -> EventID {
    let milliseconds = instant.microseconds < 0 ? 0 : UInt64(instant.microseconds) / 1_000
    // 48 bits, up to the year 10889.
    return EventID(UUID128(high: min(milliseconds, 0xffff_ffff_ffff) << 16, low: 0))
  }
}

extension EventAction {
  /// The actions that a text names: one, or with a point at its end all of a resource; none: there
  /// is no such action.
  package static func named(by text: String) -> [EventAction] {
    text.hasSuffix(".")
      ? allCases.filter { $0.rawValue.hasPrefix(text) }
      : allCases.filter { $0.rawValue == text }
  }
}
