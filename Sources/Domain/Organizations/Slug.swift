/// The name by which an organization is typed at sign-in: 2…63 of `a-z`, `0-9` and `-`, a letter
/// or digit at both ends. Unique in the installation, never changed.
package struct Slug: Hashable, Sendable {
  package let text: String

  package enum Refusal: Error, Hashable {
    case invalid
  }

  package init(_ text: String) throws(Refusal) {
    let bytes = text.utf8
    let isAlphanumeric = { (byte: UInt8) in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
    guard 2...63 ~= bytes.count, let first = bytes.first, let last = bytes.last,
      isAlphanumeric(first), isAlphanumeric(last),
      bytes.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
    else { throw .invalid }
    self.text = text
  }

  /// Takes a slug that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }
}
