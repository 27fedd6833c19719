import Testing

@testable import Transport

@Suite struct `The lifetime of a connection` {
  private let second: UInt64 = 1_000_000_000
  private let minute: UInt64 = 60_000_000_000
  private let opened: UInt64 = 5_000_000_000

  private func lifetime(
    spread: Double = 0.5, _ change: (inout ServerConfiguration) -> Void = { _ in }
  ) -> Lifetime {
    var configuration = ServerConfiguration()
    change(&configuration)
    return Lifetime(configuration, openedAt: opened, spread: spread)
  }

  @Test func `without calls ends after fifteen minutes`() {
    var lifetime = lifetime()
    let end = opened + 15 * minute
    let first = lifetime.next(at: opened, lastReadAt: opened, idleSince: opened)
    #expect(first == (.nothing, end))
    #expect(lifetime.next(at: end - 1, lastReadAt: opened, idleSince: opened).due == .nothing)
    #expect(lifetime.next(at: end, lastReadAt: opened, idleSince: opened).due == .idle)
    #expect(lifetime.next(at: end + 1, lastReadAt: opened, idleSince: opened).due == .nothing)
  }

  @Test func `with a call that ended counts from then`() {
    var lifetime = lifetime()
    let ended = opened + 10 * minute
    let asked = opened + 15 * minute
    let due = lifetime.next(at: asked, lastReadAt: ended, idleSince: ended)
    #expect(due == (.nothing, ended + 15 * minute))
    #expect(lifetime.next(at: ended + 15 * minute, lastReadAt: 0, idleSince: ended).due == .idle)
  }

  @Test(arguments: [(0.0, 27.0), (0.5, 30.0), (1.0, 33.0), (7.0, 33.0)])
  func `ends at half an hour within a tenth`(_ spread: Double, _ minutes: Double) {
    var lifetime = lifetime(spread: spread)
    let end = opened + UInt64(minutes * 60) * second
    #expect(lifetime.next(at: end - 1, lastReadAt: end, idleSince: nil).due == .nothing)
    let due = lifetime.next(at: end, lastReadAt: end, idleSince: nil)
    #expect(due == (.old, end + 30 * second))
    #expect(lifetime.next(at: end + 29 * second, lastReadAt: end, idleSince: nil).due == .nothing)
    #expect(lifetime.next(at: end + 30 * second, lastReadAt: end, idleSince: nil).due == .overdue)
  }

  @Test func `asks a silent peer for a sign of life`() {
    var lifetime = lifetime { $0.connectionAgeMax = .zero }
    let asks = opened + 120 * minute
    #expect(lifetime.next(at: asks - 1, lastReadAt: opened, idleSince: nil).due == .nothing)
    let ask = lifetime.next(at: asks, lastReadAt: opened, idleSince: nil)
    #expect(ask == (.keepalive, asks + 20 * second))
    // It answers, and is asked again two hours later.
    let heard = asks + 19 * second
    let due = lifetime.next(at: asks + 20 * second, lastReadAt: heard, idleSince: nil)
    #expect(due.due == .nothing)
    #expect(
      lifetime.next(at: heard + 120 * minute, lastReadAt: heard, idleSince: nil).due
        == .keepalive)
  }

  @Test func `of a peer that does not answer ends`() {
    var lifetime = lifetime { $0.connectionAgeMax = .zero }
    let asks = opened + 120 * minute
    _ = lifetime.next(at: asks, lastReadAt: opened, idleSince: nil)
    let early = lifetime.next(at: asks + 20 * second - 1, lastReadAt: opened, idleSince: nil)
    #expect(early.due == .nothing)
    #expect(
      lifetime.next(at: asks + 20 * second, lastReadAt: opened, idleSince: nil).due == .silent)
  }

  @Test func `is unlimited where zero says so`() {
    var lifetime = lifetime {
      $0.idleTimeout = .zero
      $0.connectionAgeMax = .zero
      $0.keepaliveTime = .zero
    }
    let never = lifetime.next(at: .max - 1, lastReadAt: opened, idleSince: opened)
    #expect(never == (.nothing, nil))
  }
}
