import HTTP2
import Transport

/// What of frames and header lists is too much; see `AbuseLimits`.
extension ConfigurationKey {
  static let headers: [ConfigurationKey] =
    [
      .integer(
        "limits.header_list", "Bytes of a header list, 32 a field added.", 1024...65_536,
        \.server.sessionLimits.headerListMax
      ).seen(in: "grpc_server_handled_total"),
      .integer(
        "limits.header_fields", "Fields of a header list.", 8...1024,
        \.server.sessionLimits.headerFieldCountMax
      ).seen(in: "grpc_server_handled_total"),
      .integer(
        "limits.header_bomb", "Bytes of a header list that end the connection.", 4096...(1 << 20),
        \.server.sessionLimits.headerListConnectionMax
      ).seen(in: flood),
      .integer(
        "limits.header_table", "Bytes of HPACK's dynamic table.", 0...65_536,
        \.server.sessionLimits.headerTableSize
      ).seen(in: flood),
      .integer(
        "limits.continuations", "CONTINUATION frames of one header block.", 1...64,
        \.server.sessionLimits.continuationCountMax
      ).seen(in: flood),
      .integer(
        "limits.settings_entries", "Entries of one SETTINGS frame.", 8...1024,
        \.server.sessionLimits.settingsEntryCountMax
      ).seen(in: protocolErrors),
      .integer(
        "limits.acknowledgements", "Acknowledgements that the peer has not read.", 16...100_000,
        \.server.sessionLimits.outboundAcknowledgementCountMax
      ).seen(in: flood),
    ] + abuse

  private static let abuse: [ConfigurationKey] = [
    .rate("limits.resets", "RST_STREAM of the peer.", \.resetsReceived),
    .count(
      "limits.resets_after_warning", "The same, beyond it, once the peer was told to go.",
      \.resetsAfterWarning),
    .rate("limits.resets_provoked", "RST_STREAM that it made us send.", \.resetsProvoked),
    .count(
      "limits.resets_provoked_life", "The same in a connection's life.", \.resetsProvokedLifeMax),
    .rate("limits.pings", "PING, but for one after each answer.", \.pings),
    .duration(
      "keepalive.ping_min_time", "Between two PINGs without an answer between; 0s: any.",
      .zero...(.seconds(86_400)), \.server.pingMinTime
    ).seen(in: flood),
    .integer(
      "keepalive.ping_strikes", "How often that may be too short on end.", 0...1000,
      \.server.sessionLimits.abuse.pingStrikesMax
    ).seen(in: flood),
    .rate("limits.settings_frames", "SETTINGS, but for one after each answer.", \.settings),
    .count(
      "limits.priorities", "PRIORITY: this many × (1 + streams).", \.prioritiesPerStream),
    .count("limits.empty_data", "Empty DATA, one after another.", \.emptyDataRunMax),
    .count(
      "limits.window_updates", "WINDOW_UPDATE: this many + 4 × streams + 20 × DATA.",
      \.windowUpdatesAtFirst),
    .rate("limits.goaways", "GOAWAY.", \.goaways),
    .rate("limits.unknown_frames", "Frames of types we don't know.", \.unknownFrames),
    .rate("limits.invalid_frames", "Frames that are refused.", \.invalidFrames),
    .rate("limits.invalid_headers", "Header fields that are refused.", \.invalidHeaders),
    .rate(
      "limits.header_lists_over", "Header lists past header_list or header_fields.",
      \.headerListsOverLimit),
    .count(
      "limits.frames_after_end", "Frames for streams that are over: this many + 2 × streams.",
      \.framesAfterEndAtFirst),
    .rate("limits.streams_refused", "Streams refused past limits.streams.", \.streamsRefused),
  ]

  private static let flood = "roster_h2_flood_closed_total"

  private typealias Budget<Value> = WritableKeyPath<AbuseLimits, Value> & Sendable

  private static func count(
    _ name: String, _ summary: String, _ property: any Budget<UInt64>
  ) -> Self {
    let standard = Configuration().server.sessionLimits.abuse[keyPath: property]
    let key = Self(
      name: name, summary: summary, expected: "a whole number from 1 to 1000000",
      isSecret: false, standard: "\(standard)"
    ) {
      guard let value = $1.integer, 1...1_000_000 ~= value else { return false }
      $0.server.sessionLimits.abuse[keyPath: property] = UInt64(value)
      return true
    }
    return key.seen(in: flood)
  }

  private static func rate(
    _ name: String, _ summary: String, _ property: any Budget<AbuseRate>
  ) -> Self {
    let standard = Configuration().server.sessionLimits.abuse[keyPath: property]
    let key = Self(
      name: name, summary: summary,
      expected: "so many in a time, such as 400/10s, at most 1000000 in at most 60m",
      isSecret: false, standard: "\(standard.count)/\(standard.per.withUnit)"
    ) {
      guard let rate = $1.rate else { return false }
      $0.server.sessionLimits.abuse[keyPath: property] = rate
      return true
    }
    return key.seen(in: flood)
  }
}

extension ConfigurationValue {
  /// `400/10s`
  fileprivate var rate: AbuseRate? {
    let parts = text?.split(separator: "/", omittingEmptySubsequences: false) ?? []
    guard parts.count == 2, let count = Int(parts[0]), 1...1_000_000 ~= count,
      let per = ConfigurationValue.text(String(parts[1])).duration,
      Duration.milliseconds(1)...(.seconds(3600)) ~= per
    else { return nil }
    return AbuseRate(count, per: per)
  }
}
