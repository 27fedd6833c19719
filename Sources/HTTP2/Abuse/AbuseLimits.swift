/// How much of each `AbuseVector` a connection tolerates. At three quarters of any of them the
/// peer is sent away gracefully; past it the connection ends.
package struct AbuseLimits: Hashable, Sendable {
  /// RST_STREAM received: 400, and 40 more a second.
  package var resetsReceived = AbuseRate(400, per: .seconds(10))
  /// So many more once the peer was sent away: what it had under way by then it may cancel, which
  /// is what clients with short deadlines do.
  package var resetsAfterWarning: UInt64 = 128
  /// RST_STREAM that the peer made us send: 100 in 30 seconds…
  package var resetsProvoked = AbuseRate(100, per: .seconds(30))
  /// …and this many in the life of a connection.
  package var resetsProvokedLifeMax: UInt64 = 500
  /// PING, but for one after each HEADERS or DATA of ours: clients measure the path by those.
  package var pings = AbuseRate(20, per: .seconds(10))
  /// SETTINGS, but for one after each DATA of ours: clients adapt their windows to what they get.
  package var settings = AbuseRate(10, per: .seconds(10))
  /// PRIORITY: this many × (1 + streams opened).
  package var prioritiesPerStream: UInt64 = 100
  /// Empty DATA, one after another.
  package var emptyDataRunMax: UInt64 = 10
  /// WINDOW_UPDATE: 5 + 4 × streams opened + 20 × DATA frames of ours; this is the 5. gRPC's own
  /// library sends two with each request, before any answer.
  package var windowUpdatesAtFirst: UInt64 = 5
  package var goaways = AbuseRate(10, per: .seconds(10))
  package var unknownFrames = AbuseRate(100, per: .seconds(10))
  package var invalidFrames = AbuseRate(100, per: .seconds(30))
  package var invalidHeaders = AbuseRate(100, per: .seconds(30))
  package var headerListsOverLimit = AbuseRate(100, per: .seconds(30))
  /// HEADERS and empty DATA for streams that are over, and HEADERS after the last GOAWAY: this
  /// many + 2 × streams opened. As many may have been on their way.
  package var framesAfterEndAtFirst: UInt64 = 200
  /// Requests refused because as many calls run as may. An honest client with many cancelled
  /// calls meets this, and tries again on its own.
  package var streamsRefused = AbuseRate(1_000, per: .seconds(10))

  /// The least time between two PINGs without HEADERS or DATA of ours between them, with calls
  /// or without. Zero: any (gRFC A8).
  package var pingMinTime: Duration = .seconds(10)
  /// Periods of `pingMinTime` with too many PINGs, one after another, that are tolerated.
  package var pingStrikesMax = 2

  package init() {}
}

/// So many at once, refilled evenly so that as many fit into each `per`.
package struct AbuseRate: Hashable, Sendable {
  package let count: Int
  package let per: Duration
  /// What one costs, and all together, in nanoseconds.
  let cost: UInt64
  let capacity: UInt64

  /// - Parameters:
  ///   - count: at least 1.
  ///   - per: more than nothing, and at most a day.
  package init(_ count: Int, per: Duration) {
    let (seconds, attoseconds) = min(max(per, .milliseconds(1)), .seconds(86_400)).components
    self.count = max(count, 1)
    self.per = per
    cost =
      (UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000)
      / UInt64(self.count)
    capacity = cost * UInt64(self.count)
  }
}
