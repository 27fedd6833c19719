internal import Crypto
internal import Domain

/// What callers ask lists for.
enum ListsFuzz {
  /// Whatever parses keeps the limits, and a faulty place is in the text.
  static func filter(_ input: UnsafeRawBufferPointer) {
    let text = String(decoding: input, as: UTF8.self)
    do {
      let conditions = try FilterCondition<UserFilterField>.parse(text)
      precondition(conditions.count <= DataLimits.filterComparisonsMax)
      for condition in conditions {
        precondition(1...text.unicodeScalars.count ~= condition.position)
      }
      let filter = try UserFilter(text)
      precondition(filter.matchesNobody || !filter.states.isEmpty)
    } catch {
      if let position = error.position {
        precondition(1...text.unicodeScalars.count + 1 ~= position)
      }
    }
  }

  /// The one text of an order gives it again.
  static func order(_ input: UnsafeRawBufferPointer) {
    let text = String(decoding: input, as: UTF8.self)
    let fallback = ListOrder(UserSort.email, isDescending: true)
    guard let order = try? ListOrder(text, or: fallback) else { return }
    let again = try? ListOrder(order.text, or: ListOrder(UserSort.createTime))
    precondition(again == order)
  }

  /// No other bytes than ours open, and what a position is read from is its only form.
  static func pageToken(_ input: UnsafeRawBufferPointer) {
    let bytes = Array(input)
    if bytes != sound { precondition((try? seal.open(bytes)) == nil, "a forged token opens") }
    if let position = PagePosition(bytes: bytes) { precondition(position.bytes == bytes) }
    guard bytes.count >= 2 else { return }
    var changed = sound
    changed[Int(bytes[0]) % changed.count] ^= bytes[1]
    guard changed != sound else { return }
    precondition((try? seal.open(changed)) == nil, "an altered token opens")
  }

  private static let seal = TokenSeal(
    .generate(), in: SealContext(organization: (1, 2), rowKey: [3]), today: 20_000)

  /// A token of ours.
  static let sound = seal.seal(
    PagePosition(.text("ada"), id: UUID128(high: 1, low: 2)).bytes)
}

extension FilterRefusal {
  fileprivate var position: Int? {
    switch self {
    case .tooLong: nil
    case .tooDeep(let at), .tooManyComparisons(let at), .unexpected(let at, _),
      .combinationUnsupported(let at), .fieldUnknown(_, let at, _),
      .operatorNotAllowed(_, let at, _), .valueInvalid(_, let at, _), .repeated(_, let at):
      at
    }
  }
}
