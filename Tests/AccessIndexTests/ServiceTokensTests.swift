import Domain
import EventLoop
import Synchronization
import Testing

@testable import AccessIndex

/// A clock that stands until it is set.
final class HandClock: Sendable {
  private let nanoseconds = Atomic<UInt64>(0)

  var now: MonotonicInstant {
    MonotonicInstant(nanoseconds: nanoseconds.load(ordering: .sequentiallyConsistent))
  }

  func set(milliseconds: UInt64) {
    nanoseconds.store(milliseconds * 1_000_000, ordering: .sequentiallyConsistent)
  }
}

@Suite struct `Service tokens in memory` {
  let clock = HandClock()
  let tokens: ServiceTokens

  init() {
    tokens = ServiceTokens(clock: { [clock] in clock.now })
  }

  /// Applies a poll sent at `sent` and returns the index's answer for token 1 at `now`.
  func answer(
    _ poll: ServiceTokenPoll, sent: UInt64, at now: UInt64
  ) -> ServiceTokens.Answer {
    var load = ServiceTokenLoad()
    _ = load.apply(poll, sentAt: .milliseconds(sent), to: tokens)
    clock.set(milliseconds: now)
    return tokens.lookup(.sample(1))
  }

  @Test func `are stale before the first poll`() {
    #expect(tokens.lookup(.sample(1)) == .stale)
    #expect(!tokens.isReady)
  }

  @Test func `are valid until the lease less its margin, counted from the sending`() {
    let poll = ServiceTokenPoll.sample([1: .sample()])
    #expect(answer(poll, sent: 5_000, at: 5_949) == .valid(.sample(), version: 1))
    #expect(tokens.isReady)
    clock.set(milliseconds: 5_950)
    #expect(tokens.lookup(.sample(1)) == .stale)
    #expect(!tokens.isReady)
    clock.set(milliseconds: 60_000)
    #expect(tokens.lookup(.sample(1)) == .stale)
    #expect(tokens.lookup(.sample(2)) == .stale)
  }

  @Test func `gain nothing from an answer that came after its lease`() {
    #expect(answer(.sample([1: .sample()]), sent: 5_000, at: 6_000) == .stale)
  }

  @Test func `that nobody made are unknown`() {
    #expect(answer(.sample([2: .sample()]), sent: 5_000, at: 5_001) == .unknown)
  }

  @Test func `are unknown once revoked`() {
    var load = ServiceTokenLoad()
    clock.set(milliseconds: 5_100)
    _ = load.apply(.sample([1: .sample()]), sentAt: .milliseconds(5_000), to: tokens)
    #expect(tokens.lookup(.sample(1)) == .valid(.sample(), version: 1))
    _ = load.apply(
      .sample([1: .sample(revokedAt: 1)]), sentAt: .milliseconds(5_050), to: tokens)
    #expect(tokens.lookup(.sample(1)) == .unknown)
    #expect(tokens.count == 0)
  }

  @Test func `expire by database time, to the millisecond, between polls`() {
    // The database's clock is at 1,000,000 when ours is at 5,000.
    let token = ServiceToken.sample(expiresAt: 1_000_200 * 1_000)
    let poll = ServiceTokenPoll.sample([1: token], at: 1_000_000)
    #expect(answer(poll, sent: 5_000, at: 5_199) == .valid(token, version: 1))
    #expect(tokens.holds(token, version: 1))
    clock.set(milliseconds: 5_200)
    #expect(tokens.lookup(.sample(1)) == .unknown)
    #expect(!tokens.holds(token, version: 1))
  }

  @Test func `that had expired when polled are not held`() {
    let token = ServiceToken.sample(expiresAt: 1_000 * 1_000)
    #expect(answer(.sample([1: token], at: 1_000), sent: 5_000, at: 5_000) == .unknown)
    #expect(tokens.count == 0)
  }

  @Test func `hold for a connection while nothing changes and the deadline stands`() {
    var load = ServiceTokenLoad()
    clock.set(milliseconds: 5_100)
    _ = load.apply(.sample([1: .sample()]), sentAt: .milliseconds(5_000), to: tokens)
    #expect(tokens.holds(.sample(), version: 1))
    _ = load.apply(.sample([:]), sentAt: .milliseconds(5_100), to: tokens)
    #expect(tokens.holds(.sample(), version: 1))
    _ = load.apply(.sample([2: .sample("other")]), sentAt: .milliseconds(5_100), to: tokens)
    #expect(!tokens.holds(.sample(), version: 1))
    #expect(tokens.lookup(.sample(1)) == .valid(.sample(), version: 2))
    clock.set(milliseconds: 6_050)
    #expect(!tokens.holds(.sample(), version: 2))
  }

  @Test func `are forgotten when the cluster's epoch changes, and loaded anew`() {
    var load = ServiceTokenLoad()
    clock.set(milliseconds: 5_100)
    _ = load.apply(.sample([1: .sample()]), sentAt: .milliseconds(5_000), to: tokens)
    #expect(load.cursor != nil)
    let outcome = load.apply(
      .sample([2: .sample()], epoch: 2), sentAt: .milliseconds(5_050), to: tokens)
    #expect(outcome == .reload)
    #expect(load.cursor == nil)
    #expect(tokens.lookup(.sample(1)) == .stale)
    _ = load.apply(.sample([2: .sample()], epoch: 2), sentAt: .milliseconds(5_060), to: tokens)
    #expect(tokens.lookup(.sample(1)) == .unknown)
    #expect(tokens.lookup(.sample(2)) == .valid(.sample(), version: 2))
  }

  @Test func `of 32 bytes have a key, others none`() {
    #expect(TokenHash([UInt8](repeating: 1, count: 31)) == nil)
    #expect(TokenHash([UInt8](repeating: 1, count: 33)) == nil)
    let hash = TokenHash([UInt8](repeating: 0, count: 7) + [9] + [UInt8](repeating: 0, count: 24))
    #expect(hash == .sample(9))
  }
}
