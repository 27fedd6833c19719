import Domain
import EventLoop
import Testing

@testable import Service

@Suite struct `The log of refusals` {
  private let key = RefusalLog.Key(
    organization: OrganizationID(.nil), principal: .system, method: "a.B/C", reason: "R")
  private let start = MonotonicInstant(nanoseconds: 1_000_000_000)

  @Test func `writes the first, then one a minute with the count of those between`() {
    let log = RefusalLog()
    #expect(log.note(key, at: start) == 1)
    #expect(log.note(key, at: start.advanced(by: .seconds(1))) == nil)
    #expect(log.note(key, at: start.advanced(by: .seconds(59))) == nil)
    #expect(log.note(key, at: start.advanced(by: .seconds(60))) == 3)
    #expect(log.note(key, at: start.advanced(by: .seconds(61))) == nil)
  }

  @Test func `tells later of what could not be written`() {
    let log = RefusalLog()
    #expect(log.note(key, at: start) == 1)
    log.giveBack(key, count: 1, at: start)
    #expect(log.note(key, at: start.advanced(by: .milliseconds(999))) == nil)
    #expect(log.note(key, at: start.advanced(by: .seconds(1))) == 3)
    #expect(log.note(key, at: start.advanced(by: .seconds(60))) == nil)
    #expect(log.note(key, at: start.advanced(by: .seconds(61))) == 2)
  }

  @Test func `forgets what is a minute old when it is full`() {
    let log = RefusalLog()
    for index in 0..<RefusalLog.keyCountMax {
      let key = RefusalLog.Key(
        organization: OrganizationID(.nil), principal: .system, method: "a.B/\(index)",
        reason: "R")
      #expect(log.note(key, at: start) == 1)
    }
    #expect(log.note(key, at: start.advanced(by: .seconds(1))) == nil)
    #expect(log.note(key, at: start.advanced(by: .seconds(60))) == 1)
  }
}
