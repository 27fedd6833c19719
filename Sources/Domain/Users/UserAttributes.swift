/// The caller's own facts about a user: at most 64 keys of 1…64 octets, and 16 KiB together as
/// compact JSON text. Roster never reads a meaning into them.
package struct UserAttributes: Hashable, Sendable {
  package let values: [String: String]

  package static let empty = UserAttributes(stored: [:])

  package enum Refusal: Error, Hashable {
    /// More than 64 keys.
    case tooMany
    /// More than 16 KiB as compact JSON text.
    case tooLarge
    /// A key that is empty, over 64 octets, or holds a control character.
    case keyInvalid(String)
    /// The value of this key holds U+0000, which PostgreSQL can't store.
    case valueInvalid(key: String)
  }

  package init(_ values: [String: String]) throws(Refusal) {
    guard values.count <= DataLimits.attributeKeysMax else { throw .tooMany }
    // By key, so that several faults always give the same refusal.
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      guard 1...DataLimits.attributeKeyBytesMax ~= key.utf8.count,
        !key.unicodeScalars.contains(where: \.breaksLine)
      else { throw .keyInvalid(key) }
      guard !value.utf8.contains(0) else { throw .valueInvalid(key: key) }
    }
    self.values = values
    guard json.utf8.count <= DataLimits.attributesBytesMax else { throw .tooLarge }
  }

  /// Takes attributes that were checked when they were stored.
  package init(stored values: [String: String]) {
    self.values = values
  }

  /// Reads the JSON text of stored attributes; nil when it is no object of strings.
  package init?(storedJSON text: String) {
    guard text != "{}" else {
      self = .empty
      return
    }
    guard case .object(let members)? = JSONValue(text) else { return nil }
    var values: [String: String] = [:]
    for (key, value) in members {
      guard case .string(let string) = value else { return nil }
      values[key] = string
    }
    self.values = values
  }

  // String compares by canonical equivalence; a caller's facts are their bytes. The hash may be the
  // coarser one.
  package static func == (left: UserAttributes, right: UserAttributes) -> Bool {
    guard left.values.count == right.values.count else { return false }
    return left.values.allSatisfy { key, value in
      guard let index = right.values.index(forKey: key) else { return false }
      let other = right.values[index]
      return key.utf8.elementsEqual(other.key.utf8) && value.utf8.elementsEqual(other.value.utf8)
    }
  }

  /// Compact JSON text, keys in order.
  package var json: String {
    JSONValue.object(values.mapValues { .string($0) }).text
  }
}
