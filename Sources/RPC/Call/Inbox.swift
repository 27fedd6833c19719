/// Messages that came and were not taken yet, oldest first.
struct Inbox {
  private var messages: [[UInt8]] = []
  private var taken = 0
  /// Of the messages and their prefixes.
  private(set) var byteCount = 0

  var isEmpty: Bool { taken == messages.count }

  mutating func append(_ message: [UInt8]) {
    messages.append(message)
    byteCount += message.count + 5
  }

  mutating func popFirst() -> [UInt8]? {
    guard taken < messages.count else { return nil }
    let message = messages[taken]
    messages[taken] = []
    taken += 1
    byteCount -= message.count + 5
    if taken == messages.count {
      messages.removeAll(keepingCapacity: messages.capacity <= 64)
      taken = 0
    } else if taken >= 64, taken * 2 >= messages.count {
      messages.removeFirst(taken)
      taken = 0
    }
    return message
  }
}
