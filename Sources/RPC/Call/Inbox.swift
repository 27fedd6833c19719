/// Messages that came and were not taken yet, oldest first. Compressed ones stay so until they
/// are taken: what waits is never more than what the peer was given credit for.
struct Inbox {
  struct Message {
    var bytes: [UInt8]
    let isCompressed: Bool
  }

  private var messages: [Message] = []
  private var taken = 0
  /// Of the messages and their prefixes.
  private(set) var byteCount = 0

  var isEmpty: Bool { taken == messages.count }

  mutating func append(_ message: Message) {
    messages.append(message)
    byteCount += message.bytes.count + 5
  }

  mutating func popFirst() -> Message? {
    guard taken < messages.count else { return nil }
    let message = messages[taken]
    messages[taken].bytes = []
    taken += 1
    byteCount -= message.bytes.count + 5
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
