/// `resource.verb`: lower-case ASCII letters, digits and `_` on both sides of one dot, at most 100
/// bytes.
package struct PermissionName: Hashable, Comparable, Sendable {
  package let text: String

  package static let bytesMax = 100

  /// Nil for anything else.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.bytesMax else { return nil }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isPart = { (part: Substring.UTF8View) in
      guard let first = part.first, 0x61...0x7A ~= first else { return false }
      return part.allSatisfy {
        0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "_")
      }
    }
    guard parts.count == 2, parts.allSatisfy(isPart) else { return nil }
    self.text = text
  }

  /// Takes a name that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }

  package static func < (a: PermissionName, b: PermissionName) -> Bool { a.text < b.text }
}
