import HTTP2
import Testing

@testable import RPC

private let millisecond: UInt64 = 1_000_000

@Suite struct `The share of a class that is let in` {
  private var share = AdmittedShare()
  private var now: UInt64 = 0

  /// Ends one interval after another, each with its wait in milliseconds.
  private mutating func pass(_ waits: UInt64...) -> Double {
    for wait in waits {
      now += Pressure.interval
      share.update(
        wait: wait * millisecond, limit: 100 * millisecond, now: now, elapsed: Pressure.interval)
    }
    return share.value
  }

  @Test mutating func `is whole at the limit, and after one interval past it`() {
    #expect(pass(100, 100, 100) == 1)
    #expect(pass(500, 20, 500, 20) == 1)
  }

  @Test mutating func `is cut by what grows the queue, by a tenth to a half`() {
    // Two standing still: one tenth. Then half of what arrives can't be served.
    #expect(pass(101, 101) == 0.9)
    #expect(abs(pass(101, 141) - 0.9 * 0.6) < 1e-9)
    #expect(abs(pass(20, 20, 110, 400) - 0.5 * pass()) < 0.5)
  }

  @Test mutating func `waits for a cut to show, and leaves a shrinking queue alone`() {
    #expect(pass(300, 300) == 0.9)
    #expect(pass(310, 320) == 0.9)
    #expect(pass(319, 318, 317) == 0.9)
  }

  @Test mutating func `holds between half of the limit and the limit, and grows below`() {
    let cut = pass(300, 300)
    #expect(pass(100, 51, 80) == cut)
    #expect(pass(50) > cut)
    for _ in 0..<50 { _ = pass(0) }
    #expect(pass() == 1)
  }

  @Test mutating func `never falls to nothing, and comes back from there in five seconds`() {
    for count: UInt64 in 0..<200 { _ = pass(count * 100) }
    #expect(pass() == AdmittedShare.floor)
    for _ in 0..<50 { _ = pass(0) }
    #expect(pass() == 1)
  }
}

@Suite struct `The pressure on a loop` {
  /// Waits as a test sets them, longer with every interval.
  private final class Waits {
    var value = QueueWaits()
    var growth = QueueWaits()

    func next() -> QueueWaits {
      value.lookup += growth.lookup
      value.write += growth.write
      value.bulk += growth.bulk
      return value
    }
  }

  private let waits = Waits()
  private let pressure: Pressure

  init() {
    let waits = self.waits
    pressure = Pressure(limit: 100 * millisecond, seed: 7, waits: { _ in waits.next() })
  }

  /// Lets intervals pass, each with calls of the classes; how many of each were turned away.
  private func pass(
    _ intervals: Int, from start: Int, lateness: UInt64 = 0, _ calls: [AdmissionClass: Int]
  ) -> [AdmissionClass: Int] {
    var shed: [AdmissionClass: Int] = [:]
    for interval in start..<(start + intervals) {
      pressure.turn(at: UInt64(interval + 1) * Pressure.interval, lateness: lateness)
      for (admissionClass, count) in calls {
        for _ in 0..<count where pressure.judge(admissionClass) != nil {
          shed[admissionClass, default: 0] += 1
        }
      }
    }
    return shed
  }

  private static let mixed: [AdmissionClass: Int] = [
    .check: 50, .lookup: 100, .write: 10, .bulk: 10,
  ]

  @Test func `turns nobody away while nothing waits`() {
    #expect(pass(100, from: 0, Self.mixed) == [:])
  }

  @Test func `turns away bulk first, then writes, then look-ups, and checks never`() {
    _ = pass(5, from: 0, Self.mixed)
    waits.value.lookup = 101 * millisecond
    // A tenth of 120 a cut, of which bulk has ten.
    let first = pass(3, from: 5, Self.mixed)
    #expect(first[.bulk, default: 0] > 0)
    #expect(first[.write, default: 0] <= 4 && first[.lookup] == nil && first[.check] == nil)
    waits.growth.lookup = 100 * millisecond
    _ = pass(100, from: 8, Self.mixed)
    let last = pass(10, from: 108, Self.mixed)
    #expect(last[.bulk] == 100)
    #expect(last[.write] == 100)
    #expect((970...990).contains(last[.lookup, default: 0]))
    #expect(last[.check] == nil)
  }

  @Test func `turns away nobody above the class that waits`() {
    waits.growth.bulk = 100 * millisecond
    _ = pass(100, from: 0, Self.mixed)
    let bulk = pass(10, from: 100, Self.mixed)
    #expect(bulk[.bulk, default: 0] >= 97)
    #expect(bulk.keys.sorted { $0.rawValue < $1.rawValue } == [.bulk])
    waits.growth.write = 100 * millisecond
    _ = pass(100, from: 110, Self.mixed)
    let both = pass(10, from: 210, Self.mixed)
    #expect(both[.bulk] == 100)
    #expect(both[.write, default: 0] >= 90)
    #expect(both[.lookup] == nil)
  }

  @Test func `heeds a loop that turns slowly, and not one slow turn`() {
    #expect(pass(1, from: 0, lateness: 900 * millisecond, Self.mixed) == [:])
    #expect(pass(20, from: 1, Self.mixed) == [:])
    let shed = pass(20, from: 21, lateness: 150 * millisecond, Self.mixed)
    #expect(shed[.bulk, default: 0] > 0)
    #expect(shed[.check] == nil)
  }

  @Test func `tells why, and when to come back, never twice the same`() {
    waits.growth.bulk = 100 * millisecond
    _ = pass(100, from: 0, [.bulk: 10])
    waits.growth.bulk = 0
    let sheds = (0..<20).compactMap { _ in pressure.judge(.bulk) }
    #expect(sheds.allSatisfy { $0.reason == .database })
    #expect(sheds.allSatisfy { (900...3_000).contains($0.pushbackMilliseconds) })
    #expect(Set(sheds.map(\.pushbackMilliseconds)).count > 10)
    _ = pass(1, from: 100, lateness: waits.value.bulk, [.bulk: 10])
    #expect(pressure.judge(.bulk)?.reason == .loop)
  }

  @Test func `is over when the queue is`() {
    waits.value.lookup = 500 * millisecond
    _ = pass(100, from: 0, Self.mixed)
    waits.value.lookup = 0
    _ = pass(60, from: 100, Self.mixed)
    #expect(pass(50, from: 160, Self.mixed) == [:])
    for admissionClass in AdmissionClass.allCases {
      #expect(pressure.shedPart(of: admissionClass) == 0)
    }
  }

  @Test func `takes an hour of rest for rest`() {
    waits.value.lookup = 500 * millisecond
    _ = pass(100, from: 0, Self.mixed)
    waits.value.lookup = 0
    for hour in 1...6 {
      pressure.turn(at: UInt64(hour) * 3_600_000 * millisecond, lateness: 0)
    }
    #expect(pressure.shedPart(of: .lookup) == 0)
  }
}

/// One queue that serves two calls a millisecond, fed at some multiple of that.
private struct Queue {
  let pressure: Pressure
  private var arrivals: [UInt64] = []
  private var head = 0
  private var least = UInt64.max
  private(set) var served = 0

  init(_ box: Box<QueueWaits>) {
    pressure = Pressure(limit: 100 * millisecond, seed: 1, waits: { _ in box.value })
  }

  /// One millisecond: calls come, two are served.
  mutating func step(_ now: UInt64, calls: Int, _ box: Box<QueueWaits>) {
    for _ in 0..<calls where pressure.judge(.lookup) == nil { arrivals.append(now) }
    for _ in 0..<2 where head < arrivals.count {
      least = min(least, now - arrivals[head])
      head += 1
      served += 1
    }
    if now % Pressure.interval == 0 {
      box.value.lookup = least == .max ? 0 : least
      least = .max
    }
    pressure.turn(at: now, lateness: 0)
  }

  var wait: UInt64 { UInt64(arrivals.count - head) / 2 }
}

@Suite struct `An overloaded queue` {
  @Test(arguments: [2, 3, 5])
  func `still serves nine tenths of what it can, and keeps nobody long`(times: Int) {
    let box = Box(QueueWaits())
    var queue = Queue(box)
    var warm = 0
    var waits: [UInt64] = []
    for tick in 1...30_000 {
      queue.step(UInt64(tick) * millisecond, calls: times * 2, box)
      if tick == 10_000 { warm = queue.served }
      if tick > 10_000 { waits.append(queue.wait) }
    }
    #expect(queue.served - warm >= 36_000)
    waits.sort()
    #expect(waits[waits.count / 2] <= 150)
    #expect(waits[waits.count * 99 / 100] <= 500)
  }
}

@Suite struct `A call under pressure` {
  private static func bulk(_ started: Box<Int>) -> Method {
    Method(
      path: "/test.Echo/Bulk", kind: .unary, admissionClass: .bulk,
      body: .unary { request, _ async throws(Status) in
        started.value += 1
        return ResponseMessage(try request.bytes)
      })
  }

  /// A connection whose loop has turned slowly for long.
  private static func exchange(_ methods: [Method]) throws -> Exchange {
    let pressure = Pressure(limit: 100 * millisecond, seed: 3, waits: { _ in QueueWaits() })
    let exchange = try Exchange(methods, pressure: pressure)
    for interval in 1...100 {
      pressure.turn(
        at: UInt64(interval) * Pressure.interval, lateness: UInt64(interval) * 100 * millisecond)
      for _ in 0..<10 { _ = pressure.judge(.bulk) }
    }
    return exchange
  }

  @Test func `is told UNAVAILABLE, why, and when to come back, before its message is read`() throws
  {
    let started = Box(0)
    let exchange = try Self.exchange([Self.bulk(started)])
    let replies = (0..<10).map { _ in exchange.unary("/test.Echo/Bulk", [1]) }
    let refused = replies.filter { $0.grpcStatus == 14 }
    #expect(refused.count >= 9)
    #expect(started.value == replies.count - refused.count)
    for reply in refused {
      #expect(reply.isTrailersOnly)
      #expect(reply.reason == "OVERLOADED")
      let pushback = reply.trailer("grpc-retry-pushback-ms").flatMap { Int($0) }
      #expect((900...3_000).contains(pushback ?? 0))
    }
    #expect(exchange.host.sheds.count == refused.count)
    #expect(exchange.host.sheds.allSatisfy { $0.0 == .bulk && $0.1 == .loop })
    #expect(exchange.host.refused.count == refused.count)
  }

  @Test func `goes on when its class is spared`() throws {
    let exchange = try Self.exchange(Methods.all)
    #expect(exchange.unary("/test.Echo/Hot", [1]).grpcStatus == 0)
    #expect(exchange.unary("/test.Echo/Unary", [1]).grpcStatus == 0)
    #expect(exchange.host.sheds.isEmpty)
  }
}
