import Domain

/// Compares the events of one organization with its seals, both in their order, in memory that
/// grows only with the seals that wait for events. No I/O.
///
/// Give it seals until it ``covers(_:)`` an event or there are none left, then the event.
struct ChainWalk {
  private struct Open {
    let seal: EventSeal
    var events: [SealableEvent] = []
    /// It had all its events, and they were right.
    var isClosed = false
  }

  /// Seals with events still to come may be this many behind before they count as deficient.
  static let openMax = 100_000

  private(set) var fault: ChainFault?
  private(set) var sealCount = 0
  private(set) var eventCount = 0
  /// Events that no seal covers yet.
  private(set) var unsealedCount = 0
  private(set) var last: EventSeal?

  /// Ascending; complete ones leave from the front.
  private var open: [Open] = []
  private var first = 0
  /// The position of the last seal that left, and its number.
  private var closed = SealPosition.start
  private var closedNumber: Int64 = 0

  /// - Parameter seal: the next by number.
  mutating func add(_ seal: EventSeal) {
    guard fault == nil else { return }
    let number = (last?.number ?? 0) + 1
    guard seal.number == number else { return fail(.sealMissing(number, next: seal.number)) }
    guard seal.previousDigest == last?.digest ?? EventSeal.noDigest else {
      return fail(.linkBroken(number))
    }
    guard seal.position.isNotBefore(last?.position ?? .start) else {
      return fail(.positionWentBack(number))
    }
    last = seal
    sealCount += 1
    open.append(Open(seal: seal))
    if seal.eventCount <= 0 { close(open.count - 1) }
  }

  /// Whether a seal so far covers the event.
  func covers(_ event: SealableEvent) -> Bool {
    last?.position.covers(epoch: event.epoch, xid: event.xid) ?? false
  }

  /// - Parameters:
  ///   - event: the next by id.
  ///   - mark: how far every event must be sealed.
  mutating func add(_ event: SealableEvent, mark: SealPosition) {
    guard fault == nil else { return }
    eventCount += 1
    guard covers(event) else {
      if mark.covers(epoch: event.epoch, xid: event.xid) {
        return fail(.eventUnsealed(event.id, lastSeal: last?.number ?? 0))
      }
      unsealedCount += 1
      return
    }
    let place = self.place(of: event)
    guard let place, !open[place].isClosed else {
      let number = place.map { open[$0].seal.number } ?? closedNumber
      return fail(.eventAdded(event.id, upToSeal: number))
    }
    open[place].events.append(event)
    if open[place].events.count == open[place].seal.eventCount { close(place) }
  }

  /// After the last event: a seal that still waits for one has lost it.
  mutating func finish() {
    guard fault == nil else { return }
    if let waiting = open[first...].first(where: { !$0.isClosed }) {
      failMissing(waiting)
    }
  }

  /// The first seal that covers the event; nil when one did that has left.
  private func place(of event: SealableEvent) -> Int? {
    guard !closed.covers(epoch: event.epoch, xid: event.xid) else { return nil }
    var (low, high) = (first, open.count)
    while low < high {
      let middle = (low + high) / 2
      if open[middle].seal.position.covers(epoch: event.epoch, xid: event.xid) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low < open.count ? low : nil
  }

  /// A seal has its events: they must be those it was made of.
  private mutating func close(_ place: Int) {
    let (seal, events) = (open[place].seal, open[place].events)
    guard SealDigest.bytes(of: seal, over: events) == seal.digest else {
      let range = events.first.flatMap { first in events.last.map { first.id...$0.id } }
      return fail(.digestDiffers(seal.number, events: range))
    }
    open[place].events = []
    open[place].isClosed = true
    while first < open.count, open[first].isClosed {
      closed = open[first].seal.position
      closedNumber = open[first].seal.number
      first += 1
    }
    if first > 4_096 {
      open.removeFirst(first)
      first = 0
    }
    if open.count - first > Self.openMax, let waiting = open[first...].first {
      failMissing(waiting)
    }
  }

  private mutating func failMissing(_ waiting: Open) {
    fail(
      .eventsMissing(
        waiting.seal.number, counted: waiting.seal.eventCount, found: waiting.events.count))
  }

  private mutating func fail(_ fault: ChainFault) {
    if self.fault == nil { self.fault = fault }
  }
}
