/// How files and other systems name a role: 1-63 of `a-z`, `0-9`, `_` and `-`, a letter first.
package struct RoleKey: Hashable, Sendable {
  package let text: String

  package static let bytesMax = 63

  /// Nil for anything else.
  package init?(_ text: String) {
    let bytes = text.utf8
    guard 1...Self.bytesMax ~= bytes.count, let first = bytes.first, 0x61...0x7A ~= first else {
      return nil
    }
    let isKey = bytes.allSatisfy {
      0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
    guard isKey else { return nil }
    self.text = text
  }

  /// Takes a key that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }
}
