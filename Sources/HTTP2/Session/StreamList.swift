/// Streams held in no particular order. Moves references without counting them.
struct StreamList: ~Copyable {
  private var storage: UnsafeMutablePointer<SessionStream>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 8) {
    self.capacity = max(capacity, 1)
    storage = .allocate(capacity: self.capacity)
  }

  deinit {
    storage.deinitialize(count: count)
    storage.deallocate()
  }

  var last: SessionStream? { count == 0 ? nil : storage[count - 1] }

  func first(_ id: Int32) -> SessionStream? {
    for index in 0..<count where storage[index].id == id { return storage[index] }
    return nil
  }

  /// The list must not change inside.
  func forEach(_ body: (SessionStream) -> Void) {
    for index in 0..<count { body(storage[index]) }
  }

  mutating func append(_ stream: consuming SessionStream) {
    if count == capacity { grow() }
    (storage + count).initialize(to: stream)
    count &+= 1
  }

  mutating func removeLast() -> SessionStream? {
    if count == 0 { return nil }
    count &-= 1
    return (storage + count).move()
  }

  /// Appends a stream of the session's open ones, which then knows its place.
  mutating func open(_ stream: consuming SessionStream) {
    stream.state.index = count
    append(stream)
  }

  /// Takes out an open stream; the last one takes its place.
  mutating func close(_ stream: SessionStream, into closed: inout StreamList) {
    let index = stream.state.index
    guard index < count, storage[index] === stream else { return }
    closed.append((storage + index).move())
    count &-= 1
    if index < count {
      (storage + index).moveInitialize(from: storage + count, count: 1)
      storage[index].state.index = index
    }
  }

  /// Moves to `pool`, recycled, the streams that nobody else holds, up to a total of `countMax`,
  /// and lets go of the others.
  mutating func recycle(into pool: inout StreamList, upTo countMax: Int) {
    while count > 0 {
      count &-= 1
      if pool.count < countMax, isKnownUniquelyReferenced(&storage[count]) {
        storage[count].recycle()
        pool.append((storage + count).move())
      } else {
        (storage + count).deinitialize(count: 1)
      }
    }
  }

  private mutating func grow() {
    let grown = UnsafeMutablePointer<SessionStream>.allocate(capacity: capacity * 2)
    grown.moveInitialize(from: storage, count: count)
    storage.deallocate()
    storage = grown
    capacity *= 2
  }
}
