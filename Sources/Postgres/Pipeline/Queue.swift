/// First in, first out, without moving elements at each removal.
struct Queue<Element> {
  private var elements: [Element?] = []
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { head == elements.count }
  var first: Element? { head < elements.count ? elements[head] : nil }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    let element = elements[head]
    elements[head] = nil
    head += 1
    if head == elements.count {
      elements.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1_024, head * 2 >= elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }

  /// Forgets the elements that nobody waits for; called rarely enough to cost a constant each.
  mutating func removeAll(where isDropped: (Element) -> Bool) {
    elements = elements[head...].filter { $0.map { !isDropped($0) } ?? false }
    head = 0
  }

  func forEach(_ body: (Element) -> Void) {
    for index in head..<elements.count {
      if let element = elements[index] { body(element) }
    }
  }
}
