/// Closed streams kept for the next requests. One may serve all sessions of a thread, as long
/// as they are all servers or all clients.
package final class StreamPool {
  private var streams: [SessionStream] = []
  private let countMax: Int

  /// - Parameter countMax: streams kept, of 1 to 9 KiB each.
  package init(countMax: Int = 256) {
    self.countMax = countMax
  }

  func take<Stream: SessionStream>(_ type: Stream.Type) -> Stream {
    guard let stream = streams.popLast() as? Stream else { return Stream() }
    return stream
  }

  /// Keeps those that nobody else holds, and empties `closed`. A handler may hold a stream for
  /// as long as it runs.
  func put(_ closed: inout [SessionStream]) {
    for index in closed.indices {
      guard streams.count < countMax, isKnownUniquelyReferenced(&closed[index]) else { continue }
      closed[index].recycle()
      streams.append(closed[index])
    }
    closed.removeAll(keepingCapacity: true)
  }
}
