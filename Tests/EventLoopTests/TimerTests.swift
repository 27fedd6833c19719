import Testing

@testable import EventLoop

@Suite struct `A timer wheel` {
  private let millisecond: UInt64 = 1_000_000

  private func at(_ milliseconds: UInt64) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: milliseconds * millisecond)
  }

  @Test func `fires at the deadline and not a nanosecond earlier`() {
    let wheel = TimerWheel(startingAt: at(1_000))
    var fired = 0
    _ = wheel.schedule(at: at(1_005)) { fired += 1 }
    wheel.fire(at: MonotonicInstant(nanoseconds: 1_005 * millisecond - 1))
    #expect(fired == 0)
    wheel.fire(at: at(1_005))
    #expect(fired == 1)
    wheel.fire(at: at(9_000))
    #expect(fired == 1)
  }

  @Test func `fires a deadline inside a millisecond only once that millisecond has passed`() {
    let wheel = TimerWheel(startingAt: at(0))
    var fired = false
    _ = wheel.schedule(at: MonotonicInstant(nanoseconds: 5 * millisecond + 1)) { fired = true }
    wheel.fire(at: MonotonicInstant(nanoseconds: 5 * millisecond + 999_999))
    #expect(!fired)
    wheel.fire(at: at(6))
    #expect(fired)
  }

  @Test func `keeps a deadline of a later round for its round`() {
    let wheel = TimerWheel(startingAt: at(0))
    var fired = false
    let deadline = UInt64(TimerWheel.slotCount) * 3 + 7
    _ = wheel.schedule(at: at(deadline)) { fired = true }
    wheel.fire(at: at(7))
    wheel.fire(at: at(UInt64(TimerWheel.slotCount) + 7))
    wheel.fire(at: at(deadline - 1))
    #expect(!fired)
    wheel.fire(at: at(deadline))
    #expect(fired)
    #expect(wheel.count == 0)
  }

  @Test func `forgets a cancelled timer, also when another one of the same tick cancels it`() {
    let wheel = TimerWheel(startingAt: at(0))
    var fired: [String] = []
    let first = wheel.schedule(at: at(3)) { fired.append("first") }
    let second = wheel.schedule(at: at(3)) {
      fired.append("second")
      first.cancel()
    }
    let third = wheel.schedule(at: at(3)) { fired.append("third") }
    third.cancel()
    #expect(wheel.count == 2)
    wheel.fire(at: at(3))
    #expect(fired == ["second"])
    second.cancel()
  }

  @Test func `runs what a timer arms for the past at the next firing, not for ever in this one`() {
    let wheel = TimerWheel(startingAt: at(0))
    var fired = 0
    func again() {
      fired += 1
      if fired < 5 { _ = wheel.schedule(at: at(0)) { again() } }
    }
    _ = wheel.schedule(at: at(1)) { again() }
    wheel.fire(at: at(1))
    #expect(fired == 1)
    wheel.fire(at: at(2))
    #expect(fired == 2)
  }

  @Test(arguments: [1, 63, 64, 65, 1_000, 2_047, 2_048, 5_000] as [UInt64])
  func `tells the next wake no later than the deadline`(milliseconds: UInt64) throws {
    let wheel = TimerWheel(startingAt: at(10_000))
    #expect(wheel.nextWake == nil)
    _ = wheel.schedule(at: at(10_000 + milliseconds)) {}
    let wake = try #require(wheel.nextWake)
    #expect(wake <= at(10_000 + milliseconds))
    #expect(wake >= at(10_000))
  }

  @Test func `agrees with a sorted list over a thousand random timers`() {
    var random = SystemRandomNumberGenerator()
    let wheel = TimerWheel(startingAt: at(0))
    var fired: Set<Int> = []
    var deadlines: [UInt64] = []
    for position in 0..<1_000 {
      let deadline = UInt64.random(in: 0..<6_000, using: &random)
      deadlines.append(deadline)
      _ = wheel.schedule(at: at(deadline)) { fired.insert(position) }
    }
    for clock in stride(from: UInt64(0), through: 6_000, by: 37) {
      wheel.fire(at: at(clock))
      let expected = Set(deadlines.indices.filter { deadlines[$0] <= clock })
      #expect(fired == expected)
    }
  }
}
