/// What one connection may ask of RPC. Sizes are bytes.
package struct ServerLimits: Hashable, Sendable {
  /// Of one request message, unless its method says otherwise.
  package var messageSizeMax = 4 << 20
  /// Calls whose handlers have not ended; a cancelled call counts until its handler has.
  package var callsMax = 128
  /// Of the messages under way that are longer than a stream's window, together. Past it the
  /// next waits for a message before it to be done with.
  package var assemblySizeMax = 32 << 20
  /// Of one list of trailers, as RFC 9113 §6.5.2 counts: some clients hang on more.
  package var trailersSizeMax = 8 << 10
  /// Pages of which origins may call from a browser; none by default.
  package var crossOrigin = CrossOriginPolicy()

  package init() {}
}
