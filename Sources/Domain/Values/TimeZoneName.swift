/// A name of the IANA time zone database by its form only: `UTC`, or `Area/Place`.
package struct TimeZoneName: Hashable, Sendable {
  package let text: String

  package static let utc = TimeZoneName(stored: "UTC")

  package enum Refusal: Error, Hashable {
    case invalid
  }

  package init(_ text: String) throws(Refusal) {
    guard text == "UTC" || isAreaAndPlace(text.utf8) else { throw .invalid }
    self.text = text
  }

  /// Takes a name that was checked when it was stored.
  package init(stored text: String) {
    self.text = text
  }
}

private func isAreaAndPlace(_ bytes: String.UTF8View) -> Bool {
  let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
  guard bytes.count <= 64, 2...3 ~= parts.count else { return false }
  return parts.allSatisfy { part in
    guard let first = part.first, UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first else {
      return false
    }
    return part.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "+"):
        true
      default: false
      }
    }
  }
}
