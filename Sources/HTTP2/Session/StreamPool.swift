/// Closed streams and blocks of the library's, kept for the next requests. One may serve all
/// sessions of a thread, as long as they are all servers or all clients.
package final class StreamPool {
  private let streams: UnsafeMutablePointer<StreamList>
  let memory: UnsafeMutablePointer<LibraryMemory>
  private let countMax: Int

  /// - Parameter countMax: streams kept, of 1 to 9 KiB each.
  package init(countMax: Int = 256) {
    self.countMax = countMax
    streams = .allocate(capacity: 1)
    streams.initialize(to: StreamList())
    memory = .allocate(capacity: 1)
    memory.initialize(to: LibraryMemory())
  }

  deinit {
    streams.deinitialize(count: 1)
    streams.deallocate()
    memory.deinitialize(count: 1)
    memory.deallocate()
  }

  func take<Stream: SessionStream>(_ type: Stream.Type) -> Stream {
    guard let stream = streams.pointee.removeLast() as? Stream else { return Stream() }
    return stream
  }

  /// Keeps those that nobody else holds, and empties `closed`. A handler may hold a stream for
  /// as long as it runs.
  func put(_ closed: inout StreamList) {
    closed.recycle(into: &streams.pointee, upTo: countMax)
  }
}
