import Domain
import Testing

@Suite struct `A filter of events` {
  @Test func `turns a time into ids, by the millisecond`() {
    var filter = EventFilter()
    let isLate = filter.narrow(from: Timestamp(microseconds: 5_999), before: nil)
    #expect(isLate)
    #expect(filter.ids.lowerBound == EventID(UUID128(high: 5 << 16, low: 0)))
    #expect(filter.ids.upperBound == .last)
    let isBetween = filter.narrow(from: nil, before: Timestamp(microseconds: 7_000))
    #expect(isBetween)
    #expect(filter.ids.contains(.make(at: Timestamp(microseconds: 5_000), random: (0, 0))))
    #expect(filter.ids.contains(.make(at: Timestamp(microseconds: 6_999), random: (.max, .max))))
    #expect(!filter.ids.contains(.make(at: Timestamp(microseconds: 7_000), random: (0, 0))))
    #expect(!filter.ids.contains(.make(at: Timestamp(microseconds: 4_999), random: (.max, .max))))
  }

  @Test func `with an empty time is left by every event`() {
    var filter = EventFilter()
    let instant = Timestamp(microseconds: 9_000)
    let isSatisfiable = filter.narrow(from: instant, before: instant)
    #expect(!isSatisfiable)
    var early = EventFilter()
    let isBefore1970 = early.narrow(from: nil, before: Timestamp(microseconds: -1))
    #expect(!isBefore1970)
  }

  @Test func `names an action, or those of a resource`() {
    #expect(EventAction.named(by: "user.locked") == [.userLocked])
    #expect(EventAction.named(by: "user.").contains(.userCreated))
    #expect(EventAction.named(by: "user.").allSatisfy { $0.rawValue.hasPrefix("user.") })
    for text in ["user", "", ".", "USER.", "user.lock", "user.locked."] {
      #expect(EventAction.named(by: text) == [], "\(text)")
    }
  }

  @Test func `goes on after an id, up to the last`() {
    let carried = EventID(UUID128(high: 1, low: .max)).next
    #expect(carried == EventID(UUID128(high: 2, low: 0)))
    #expect(EventID(UUID128(high: 1, low: 1)).next == EventID(UUID128(high: 1, low: 2)))
    #expect(EventID.last.next == .last)
  }
}
