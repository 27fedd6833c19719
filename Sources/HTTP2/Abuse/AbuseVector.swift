/// What a peer can do too often. Its name is the label of metrics and the debug data of GOAWAY.
package enum AbuseVector: Int, CaseIterable, Hashable, Sendable {
  /// RST_STREAM from the peer (CVE-2023-44487).
  case resetReceived
  /// RST_STREAM that the peer's own frames made us send (CVE-2025-8671).
  case resetProvoked
  /// PING without ACK, and ACK of no PING (CVE-2019-9512).
  case ping
  /// PING sooner after the one before than `AbuseLimits.pingMinTime` (gRFC A8).
  case pingStrike
  /// SETTINGS without ACK (CVE-2019-9515).
  case settings
  /// PRIORITY and PRIORITY_UPDATE (CVE-2019-9513).
  case priority
  /// DATA without octets and without END_STREAM (CVE-2019-9518).
  case emptyData
  /// WINDOW_UPDATE, of a stream or the connection.
  case windowUpdate
  /// GOAWAY.
  case goaway
  /// A frame of a type we do not know.
  case unknownFrame
  /// A frame that the library refused.
  case invalidFrame
  /// A header field that the library refused.
  case invalidHeader
  /// A header list past `SessionLimits.headerListMax` or `headerFieldCountMax`.
  case headerListOverLimit
  /// HEADERS for a stream that is over, or after our last GOAWAY; empty DATA for one that is over.
  case frameAfterEnd
  /// A request refused because as many calls run as may.
  case streamRefused
  /// More than `SessionLimits.continuationCountMax` CONTINUATION frames (CVE-2024-28182).
  case continuation
  /// A header list past `SessionLimits.headerListConnectionMax` (CVE-2026-49975).
  case headerBomb
  /// Acknowledgements that the peer does not read.
  case unreadAcknowledgement

  package var name: String {
    switch self {
    case .resetReceived: "rst_received"
    case .resetProvoked: "rst_provoked"
    case .ping: "ping"
    case .pingStrike: "ping_strike"
    case .settings: "settings"
    case .priority: "priority"
    case .emptyData: "empty_data"
    case .windowUpdate: "window_update"
    case .goaway: "goaway"
    case .unknownFrame: "unknown_frame"
    case .invalidFrame: "invalid_frame"
    case .invalidHeader: "invalid_header"
    case .headerListOverLimit: "header_list_over_limit"
    case .frameAfterEnd: "frame_after_end"
    case .streamRefused: "stream_refused"
    case .continuation: "continuation"
    case .headerBomb: "header_bomb"
    case .unreadAcknowledgement: "unread_acknowledgement"
    }
  }

  /// Debug data of the GOAWAY. gRPC clients slow their keepalive down by this very text (gRFC A8).
  package var debugData: String {
    switch self {
    case .ping, .pingStrike: "too_many_pings"
    default: "too_many: \(name)"
    }
  }
}
