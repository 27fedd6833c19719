/// The numbers of one connection. Each default is the product's limit.
package struct SessionLimits: Hashable, Sendable {
  /// SETTINGS_MAX_CONCURRENT_STREAMS: streams a peer may have open.
  package var concurrentStreamsMax: UInt32 = 128
  /// SETTINGS_INITIAL_WINDOW_SIZE: octets a peer may send on a stream before we grant more.
  package var streamWindowSize: UInt32 = 256 << 10
  /// Octets a peer may send on the connection before we grant more, 65,535…2³¹−1.
  package var connectionWindowSize: Int32 = 4 << 20
  /// Octets delivered but not yet consumed, over all streams, beyond which the connection's
  /// credit is withheld. A peer can thus make us hold at most this plus `connectionWindowSize`.
  package var connectionBufferMax: Int = 2 << 20
  /// SETTINGS_MAX_HEADER_LIST_SIZE, in octets of RFC 9113 §6.5.2 (name + value + 32 a field).
  /// A list past it is cut off and marked `headerListOverLimit`.
  package var headerListMax: Int = 16 << 10
  /// Regular and pseudo-header fields in a list; past it as past `headerListMax`.
  package var headerFieldCountMax: Int = 64
  /// Decoded octets of one header list at which the connection ends.
  package var headerListConnectionMax: Int = 64 << 10
  /// SETTINGS_HEADER_TABLE_SIZE and the most we use of the peer's, in octets.
  package var headerTableSize: UInt32 = 4096
  /// CONTINUATION frames of one header block.
  package var continuationCountMax: Int = 4
  /// PING and SETTINGS acknowledgements that may wait for the socket.
  package var outboundAcknowledgementCountMax: Int = 1000
  /// Entries of one SETTINGS frame.
  package var settingsEntryCountMax: Int = 32
  /// What a server tolerates of its peer.
  package var abuse = AbuseLimits()
  /// Queued octets of a stream from which `isWriteBlocked` holds.
  package var writeHighWater: Int = 64 << 10
  /// Queued octets below which a blocked stream is reported writable.
  package var writeLowWater: Int = 32 << 10

  package init() {}
}
