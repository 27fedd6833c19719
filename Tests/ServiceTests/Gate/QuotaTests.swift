import API
import Domain
import EventLoop
import RPC
import Testing

@testable import Service

private let second: UInt64 = 1_000_000_000

@Suite struct `A quota` {
  private let identity = ServiceTokenID.make(
    at: Timestamp(microseconds: 1_000_000_000_000), random: (1, 2))

  /// How many of `count` calls at one instant are granted.
  private func granted(_ quotas: Quotas, _ bucket: QuotaBucket, _ count: Int, at now: UInt64) -> Int
  {
    (0..<count).count { _ in quotas.take(from: bucket, at: now) == .granted }
  }

  @Test func `is off unless set`() {
    #expect(!Quotas().isOn)
    #expect(Quotas(QuotaLimits(callsPerSecond: 1)).isOn)
    let quotas = Quotas(QuotaLimits(callsPerSecond: 1))
    quotas.set(QuotaLimits())
    #expect(!quotas.isOn)
  }

  @Test func `grants the burst at once, then one call in its time`() {
    let quotas = Quotas(QuotaLimits(callsPerSecond: 10, burst: 25))
    let bucket = quotas.bucket(of: identity, at: 0)
    #expect(granted(quotas, bucket, 100, at: 7 * second) == 25)
    #expect(
      quotas.take(from: bucket, at: 7 * second)
        == .exceeded(callsPerSecond: 10, retryAfter: second / 10))
    #expect(granted(quotas, bucket, 100, at: 7 * second + second / 10) == 1)
    #expect(granted(quotas, bucket, 100, at: 8 * second) == 9)
    // A rest fills it, and no more than fills it.
    #expect(granted(quotas, bucket, 100, at: 1_000 * second) == 25)
  }

  @Test func `grants a second's calls at once when no burst is set`() {
    let quotas = Quotas(QuotaLimits(callsPerSecond: 50))
    #expect(granted(quotas, quotas.bucket(of: identity, at: 0), 200, at: second) == 50)
  }

  @Test func `that is used up is RESOURCE_EXHAUSTED, and says how much and how long`() {
    let status = ServiceFailure.quotaExceeded(callsPerSecond: 5, retryAfter: .milliseconds(20))
      .status
    #expect(status.code == .resourceExhausted)
    #expect(status.reason == "QUOTA_EXCEEDED")
    #expect(status.message.contains("5 calls a second"))
  }

  @Test func `takes numbers out of range for the nearest in range`() {
    #expect(QuotaLimits(callsPerSecond: -5, burst: -1) == QuotaLimits())
    #expect(QuotaLimits(callsPerSecond: .max, burst: .max).burst == 10_000_000)
    let quotas = Quotas(QuotaLimits(callsPerSecond: .max, burst: .max))
    #expect(granted(quotas, quotas.bucket(of: identity, at: 0), 100, at: second) == 100)
  }

  @Test func `is one for all connections of an identity, and none of another's`() {
    let quotas = Quotas(QuotaLimits(callsPerSecond: 1, burst: 2))
    let other = ServiceTokenID.make(
      at: Timestamp(microseconds: 1_000_000_000_000), random: (3, 4))
    #expect(quotas.bucket(of: identity, at: 0) === quotas.bucket(of: identity, at: second))
    #expect(granted(quotas, quotas.bucket(of: identity, at: 0), 5, at: second) == 2)
    #expect(granted(quotas, quotas.bucket(of: identity, at: 0), 5, at: second) == 0)
    #expect(granted(quotas, quotas.bucket(of: other, at: 0), 5, at: second) == 2)
  }

  @Test func `remembers no more identities than it may, and forgets those at rest`() {
    let quotas = Quotas(QuotaLimits(callsPerSecond: 1, burst: 1))
    let ids: [ServiceTokenID] = (0...UInt64(Quotas.identitiesMax)).map {
      .make(at: Timestamp(microseconds: 1_000_000_000_000), random: (0, $0))
    }
    for id in ids.dropLast() { _ = granted(quotas, quotas.bucket(of: id, at: 0), 1, at: second) }
    // All are in use: whoever comes now shares one.
    let shared = quotas.bucket(of: ids[Quotas.identitiesMax], at: second)
    #expect(shared === quotas.bucket(of: identity, at: second))
    // A second later they are at rest, and there is room.
    let own = quotas.bucket(of: ids[Quotas.identitiesMax], at: 2 * second)
    #expect(own !== shared)
    #expect(own === quotas.bucket(of: ids[Quotas.identitiesMax], at: 2 * second))
  }
}
