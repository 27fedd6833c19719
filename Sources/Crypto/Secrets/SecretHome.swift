/// The installation a secret belongs to: two characters of 0-9A-Za-z.
package struct SecretHome: Hashable, Sendable {
  /// `00`, today's only home.
  package static let standard = SecretHome(first: UInt8(ascii: "0"), second: UInt8(ascii: "0"))

  let first: UInt8
  let second: UInt8

  private init(first: UInt8, second: UInt8) {
    self.first = first
    self.second = second
  }

  /// Nil unless there are exactly two characters of 0-9A-Za-z.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 2, bytes.allSatisfy(Self.isDigit) else { return nil }
    self.init(first: bytes[0], second: bytes[1])
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
