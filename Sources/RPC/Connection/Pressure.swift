/// How long calls wait on one loop, and whom it turns away for it (R-LOAD-1). Confined to the loop.
///
/// A thread that serves its connections in turns has no queue of calls to look at. What waits is
/// bytes in sockets, as long as a turn lasts, and statements, for a place on a connection to
/// PostgreSQL. The host tells the first with each turn, `waits` the second once an interval; no
/// clock is read here. A class that waits longer than the limit, in two intervals on end, costs the
/// lowest classes their place first, in part and then wholly, down to itself and no further.
package final class Pressure {
  /// Verdict on a call that is not let in.
  struct Shed {
    let reason: ShedReason
    /// When the caller may try again; drawn anew for each, lest all come back together.
    let pushbackMilliseconds: Int
  }

  /// Between two judgements, in nanoseconds.
  package static let interval: UInt64 = 100_000_000
  /// A caller is told to wait between a half and three halves of it, in milliseconds: the shorter
  /// for a class of which few are turned away, the longer when all are.
  private static let pushback = (least: 200.0, most: 2_000.0)
  private static let classes: [AdmissionClass] = [.lookup, .write, .bulk]

  /// How long a class may wait, in nanoseconds.
  package var limit: UInt64
  private let waits: (_ now: UInt64) -> QueueWaits
  private let measured: (QueueWaits) -> Void
  private var now: UInt64 = 0
  private var intervalStart: UInt64 = 0
  /// The least of the interval so far.
  private var loopWait = UInt64.max
  private var random: UInt64

  // One place a class.
  private var arrivals = InlineArray<4, Int>(repeating: 0)
  private var usualArrivals = InlineArray<4, Double>(repeating: 0)
  private var shares = InlineArray<4, AdmittedShare>(repeating: AdmittedShare())
  private var parts = InlineArray<4, Double>(repeating: 0)
  /// Parts of calls turned away, carried from call to call: exact, and without a draw.
  private var debts = InlineArray<4, Double>(repeating: 0)
  private var reasons = InlineArray<4, ShedReason>(repeating: .loop)
  private var isShedding = false

  /// - Parameters:
  ///   - limit: how long a class may wait, in nanoseconds.
  ///   - seed: of the pushback's jitter.
  ///   - waits: what waits behind the loop; asked once an interval.
  ///   - measured: told of each interval's waits, the loop's included.
  package init(
    limit: UInt64, seed: UInt64, waits: @escaping (_ now: UInt64) -> QueueWaits,
    measured: @escaping (QueueWaits) -> Void = { _ in }
  ) {
    self.limit = limit
    self.waits = waits
    self.measured = measured
    random = seed | 1
  }

  /// A connection is about to be read. Free of cost for all but the first of a turn.
  /// - Parameters:
  ///   - now: when the turn began.
  ///   - lateness: how long its bytes may have waited, in nanoseconds.
  package func turn(at now: UInt64, lateness: UInt64) {
    guard now != self.now else { return }
    self.now = now
    loopWait = min(loopWait, lateness)
    if now &- intervalStart >= Self.interval { endInterval() }
  }

  /// Which part of a class is turned away now, from 0 to 1.
  package func shedPart(of admissionClass: AdmissionClass) -> Double {
    parts[Int(admissionClass.rawValue)]
  }

  /// Counts a call; nil lets it in.
  func judge(_ admissionClass: AdmissionClass) -> Shed? {
    let index = Int(admissionClass.rawValue)
    arrivals[index] &+= 1
    guard isShedding else { return nil }
    debts[index] += parts[index]
    guard debts[index] >= 1 else { return nil }
    debts[index] -= 1
    let span = Self.pushback.most - Self.pushback.least
    let pushback = (Self.pushback.least + span * parts[index]) * (0.5 + draw())
    return Shed(reason: reasons[index], pushbackMilliseconds: Int(pushback))
  }

  private func endInterval() {
    let elapsed = intervalStart == 0 ? Self.interval : now &- intervalStart
    intervalStart = now
    let behind = waits(now)
    let loop = loopWait
    loopWait = .max
    let all = QueueWaits(
      lookup: max(loop, behind.lookup), write: max(loop, behind.write),
      bulk: max(loop, behind.bulk))
    for admissionClass in Self.classes {
      shares[Int(admissionClass.rawValue)].update(
        wait: all[admissionClass], limit: limit, now: now, elapsed: elapsed)
    }
    for index in arrivals.indices {
      usualArrivals[index] = (usualArrivals[index] + Double(arrivals[index])) / 2
      arrivals[index] = 0
    }
    deal(loop: loop, behind: behind)
    measured(all)
  }

  /// Deals what each class must shed to the classes below it, the lowest first.
  private func deal(loop: UInt64, behind: QueueWaits) {
    parts = InlineArray(repeating: 0)
    isShedding = false
    for sufferer in Self.classes {
      let index = Int(sufferer.rawValue)
      guard shares[index].value < 1 else { continue }
      isShedding = true
      let reason: ShedReason = loop >= behind[sufferer] ? .loop : .database
      var quota = 0.0
      for lower in index..<parts.count { quota += usualArrivals[lower] }
      quota *= 1 - shares[index].value
      for lower in (index..<parts.count).reversed() where quota > 0 {
        let arriving = usualArrivals[lower]
        let part = arriving > 0 ? min(1, quota / arriving) : 1
        quota -= arriving * part
        guard part > parts[lower] else { continue }
        parts[lower] = part
        reasons[lower] = reason
      }
    }
    // An old debt would turn away one more after all is well.
    if !isShedding { debts = InlineArray(repeating: 0) }
  }

  /// From 0 to 1: xorshift64* (Vigna 2016).
  private func draw() -> Double {
    random ^= random >> 12
    random ^= random << 25
    random ^= random >> 27
    return Double((random &* 0x2545_F491_4F6C_DD1D) >> 11) / Double(1 << 53)
  }
}
