/// Closed streams kept for the next requests. One may serve all sessions of a thread.
package final class StreamPool {
  private var streams: [ServerStream] = []
  private let countMax: Int

  /// - Parameter countMax: streams kept, about 1 KiB each.
  package init(countMax: Int = 256) {
    self.countMax = countMax
  }

  func take() -> ServerStream {
    streams.popLast() ?? ServerStream()
  }

  /// Keeps the stream if nobody else holds it.
  func put(_ stream: consuming ServerStream) {
    var stream = stream
    guard streams.count < countMax, isKnownUniquelyReferenced(&stream) else { return }
    stream.recycle()
    streams.append(stream)
  }
}
