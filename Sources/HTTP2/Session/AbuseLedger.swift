/// What a peer can do too often. Every occurrence passes `AbuseLedger.record`.
package enum AbuseVector: Int, CaseIterable, Hashable, Sendable {
  /// RST_STREAM from the peer (CVE-2023-44487).
  case resetReceived
  /// RST_STREAM that the peer's own frames made us send (CVE-2025-8671).
  case resetProvoked
  /// PING without ACK (CVE-2019-9512).
  case ping
  /// SETTINGS without ACK (CVE-2019-9515).
  case settings
  /// PRIORITY and PRIORITY_UPDATE (CVE-2019-9513).
  case priority
  /// DATA without octets and without END_STREAM (CVE-2019-9518).
  case emptyData
  /// WINDOW_UPDATE, of a stream or the connection.
  case windowUpdate
  /// A frame of a type we do not know.
  case unknownFrame
  /// A frame that the library refused.
  case invalidFrame
  /// A header field that the library refused.
  case invalidHeader
  /// A header list past `SessionLimits.headerListMax` or `headerFieldCountMax`.
  case headerListOverLimit
  /// A frame for a stream that we have reset.
  case frameAfterReset
  /// A stream opened: not an offence, the measure of the others.
  case streamOpened
  /// A DATA frame of ours: not an offence, the measure of WINDOW_UPDATE.
  case dataProduced
}

/// Counts, per connection, everything of which too much is abuse.
package struct AbuseLedger: Sendable {
  package enum Verdict: Hashable, Sendable {
    case tolerate
    /// The connection ends with GOAWAY ENHANCE_YOUR_CALM.
    case close
  }

  private var counts = InlineArray<14, UInt64>(repeating: 0)

  package init() {}

  /// Counts one occurrence; the caller must obey the verdict.
  package mutating func record(_ vector: AbuseVector) -> Verdict {
    counts[vector.rawValue] &+= 1
    return .tolerate
  }

  /// Occurrences since the connection began.
  package func count(of vector: AbuseVector) -> UInt64 {
    counts[vector.rawValue]
  }
}
