/// What one connection may ask of RPC. Sizes are bytes.
package struct ServerLimits: Hashable, Sendable {
  /// Of one request message, unless its method says otherwise.
  package var messageSizeMax = 4 << 20
  /// Calls whose handlers have not ended; a cancelled call counts until its handler has.
  package var callsMax = 128
  /// Of the messages under way that are longer than a stream's window, together. Past it the
  /// next waits for a message before it to be done with.
  package var assemblySizeMax = 2 << 20
  /// Of answers that the peer has not taken: past it no further handler starts, and those that run
  /// wait before they send. At most one message is more.
  package var unsentSizeMax = 2 << 20
  /// Of one list of trailers, as RFC 9113 §6.5.2 counts: some clients hang on more.
  package var trailersSizeMax = 8 << 10
  /// Of a request of Connect or gRPC-Web that is answered before its end: the peer may send as
  /// much, which is dropped, and past it RST_STREAM NO_ERROR ends the stream. Some clients, such as
  /// curl 7.88, lose an answer that comes while they send.
  package var unreadBodySizeMax = 16 << 20
  /// Pages of which origins may call from a browser; none by default.
  package var crossOrigin = CrossOriginPolicy()

  /// A message of an answer below it is not compressed unless its handler says so: a KiB saved
  /// costs 42 µs at 1 KiB, 18 at 4 KiB and 10 from 16 KiB on.
  package var compressionSizeMin = 16 << 10
  /// Likewise beyond it, where the loop would stand still for more than 2 ms.
  package var compressionSizeMax = 256 << 10
  /// Of decompressed request messages that calls hold, together; one alone may have more.
  package var inflatedSizeMax = 32 << 20

  package init() {}
}
