import EventLoop
import Server
import Testing

@Suite struct `Lines of one event` {
  private func at(_ milliseconds: UInt64) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
  }

  @Test func `are so many a second, and the next tells of those left out`() {
    var limit = LineLimit()
    #expect(limit.admit("a", max: 2, at: at(0)) == 0)
    #expect(limit.admit("a", max: 2, at: at(1)) == 0)
    #expect(limit.admit("a", max: 2, at: at(2)) == nil)
    #expect(limit.admit("a", max: 2, at: at(999)) == nil)
    #expect(limit.admit("b", max: 1, at: at(999)) == 0)
    #expect(limit.admit("a", max: 2, at: at(1_000)) == 2)
    #expect(limit.admit("a", max: 2, at: at(1_001)) == 0)
  }

  @Test func `are told of once when none comes after them`() {
    var limit = LineLimit()
    for time: UInt64 in 0..<4 { _ = limit.admit("a", max: 1, at: at(time)) }
    #expect(limit.untold(at: at(999)).isEmpty)
    #expect(limit.untold(at: at(1_000)).map(\.event) == ["a"])
    #expect(limit.untold(at: at(1_001)).isEmpty)
    #expect(limit.admit("a", max: 1, at: at(1_002)) == 0)
  }
}
