/// Work that a loop does at an instant, once. Loop thread only.
///
/// Held by the wheel until it fires or is cancelled; dropping the reference does not cancel it.
package final class Timer {
  fileprivate(set) var deadline: MonotonicInstant
  fileprivate var body: (() -> Void)?
  fileprivate var tick: UInt64 = 0
  fileprivate var next: Timer?
  fileprivate unowned(unsafe) var previous: Timer?
  fileprivate unowned(unsafe) var wheel: TimerWheel?

  fileprivate init(_ deadline: MonotonicInstant, _ body: @escaping () -> Void) {
    self.deadline = deadline
    self.body = body
  }

  /// Forgets the work. Nothing happens when it has fired or was cancelled before.
  package func cancel() {
    wheel?.remove(self)
    body = nil
  }
}

/// A hashed wheel of 1 ms ticks: arming and cancelling cost the same however many timers stand.
///
/// A timer fires at the first `fire(at:)` at or after its deadline, never before it. One that lies
/// more than a turn of the wheel ahead stays in its slot until its own round comes.
final class TimerWheel {
  static let slotCount = 2_048
  static let tickNanoseconds: UInt64 = 1_000_000

  private var slots: [Timer?] = Array(repeating: nil, count: slotCount)
  private var occupied: [UInt64] = Array(repeating: 0, count: slotCount / 64)
  /// The next tick to be looked at.
  private var current: UInt64
  private(set) var count = 0

  init(startingAt instant: MonotonicInstant) {
    current = instant.nanoseconds / Self.tickNanoseconds
  }

  func schedule(at deadline: MonotonicInstant, _ body: @escaping () -> Void) -> Timer {
    let timer = Timer(deadline, body)
    // Rounded up: a tick is looked at once its whole millisecond has passed.
    let (rounded, overflow) = deadline.nanoseconds.addingReportingOverflow(Self.tickNanoseconds - 1)
    let tick = overflow ? UInt64.max / Self.tickNanoseconds : rounded / Self.tickNanoseconds
    timer.tick = max(tick, current)
    insert(timer)
    return timer
  }

  private func insert(_ timer: Timer) {
    let index = Int(timer.tick % UInt64(Self.slotCount))
    timer.wheel = self
    timer.previous = nil
    timer.next = slots[index]
    slots[index]?.previous = timer
    slots[index] = timer
    occupied[index / 64] |= 1 << UInt64(index % 64)
    count += 1
  }

  fileprivate func remove(_ timer: Timer) {
    guard timer.wheel === self else { return }
    let index = Int(timer.tick % UInt64(Self.slotCount))
    let next = timer.next
    next?.previous = timer.previous
    if let previous = timer.previous {
      previous.next = next
    } else {
      slots[index] = next
      if next == nil { occupied[index / 64] &= ~(1 << UInt64(index % 64)) }
    }
    timer.next = nil
    timer.previous = nil
    timer.wheel = nil
    count -= 1
  }

  /// Runs the work of every timer whose deadline is at or before `now`, in the order of its ticks.
  /// Work that a timer's body arms for a past instant runs at the next call.
  func fire(at now: MonotonicInstant) {
    let last = now.nanoseconds / Self.tickNanoseconds
    guard last >= current else { return }
    var due: [Timer] = []
    if count > 0 {
      let steps = min(last - current + 1, UInt64(Self.slotCount))
      for step in 0..<steps {
        collect(slot: Int((current &+ step) % UInt64(Self.slotCount)), upTo: last, into: &due)
      }
    }
    current = last + 1
    for timer in due {
      let body = timer.body
      timer.body = nil
      body?()
    }
  }

  private func collect(slot index: Int, upTo last: UInt64, into due: inout [Timer]) {
    guard occupied[index / 64] & (1 << UInt64(index % 64)) != 0 else { return }
    var cursor = slots[index]
    while let timer = cursor {
      cursor = timer.next
      if timer.tick <= last {
        remove(timer)
        due.append(timer)
      }
    }
  }

  /// The instant at which the next occupied slot is reached, at most a turn of the wheel away; nil
  /// when no timer stands. May be early for a timer of a later round: firing then finds nothing.
  var nextWake: MonotonicInstant? {
    guard count > 0 else { return nil }
    let words = occupied.count
    let start = Int(current % UInt64(Self.slotCount))
    var word = start / 64
    var bits = occupied[word] & (~0 << UInt64(start % 64))
    for _ in 0...words {
      if bits != 0 {
        let index = word * 64 + bits.trailingZeroBitCount
        let ahead = (index - start + Self.slotCount) % Self.slotCount
        return MonotonicInstant(nanoseconds: (current &+ UInt64(ahead)) &* Self.tickNanoseconds)
      }
      word = (word + 1) % words
      bits = occupied[word]
    }
    return nil
  }
}
